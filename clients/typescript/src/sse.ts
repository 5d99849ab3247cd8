/** An event of a stream. One without data is a heartbeat, which only moves the position. */
export interface ServerEvent {
  id: string | null;
  event: string;
  data: string | null;
}

/**
 * Reads the events of a stream. Libraries drop what has no data: here it moves the position, so that reconnecting is cheap
 * even with a filter that matches little.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let event = fresh();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return; // what is not ended by an empty line is cut
      rest += decoder.decode(value, { stream: true });
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line) {
          take(event, line);
        } else {
          if (event.id !== null || event.data !== null) yield event;
          event = fresh();
        }
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

const fresh = (): ServerEvent => ({ id: null, event: "message", data: null });

function take(event: ServerEvent, line: string): void {
  const colon = line.indexOf(":");
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
  if (name === "data") event.data = event.data === null ? value : `${event.data}\n${value}`;
  else if (name === "event") event.event = value;
  else if (name === "id") event.id = value;
}
