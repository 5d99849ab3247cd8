import { GraphQLRefused, Refused, type GraphQLProblem } from "./refusals.js";
import { queryOf, type Requests, type Values } from "./requests.js";
import { readEvents } from "./sse.js";
import type { Change } from "./types.js";

/** A change with the position behind it, or the news that the log does not have the position: begin anew. */
export type LiveEvent =
  | { type: "change"; position: string; change: Change }
  | { type: "resync"; position: string };

export interface LiveOptions {
  /** Position to go on from; without it, only what happens from now on. */
  after?: string;
  /** With `view`, each change carries what is public now. */
  include?: "view";
  signal?: AbortSignal;
}

export interface SubscribeOptions<T> {
  variables?: Values;
  /** The variables with which to go on after this answer, when the connection is lost: `{ after: position }`. */
  resume?: (data: T) => Values;
  signal?: AbortSignal;
}

const LONGEST_WAIT = 30;

/** Follows `/api/v1/events`, and reconnects at the last position for as long as it is iterated over. */
export async function* followEvents(
  requests: Requests,
  params: Values,
  { after, include, signal }: LiveOptions,
): AsyncGenerator<LiveEvent> {
  let position = after;
  for (let failures = 0; ; failures++) {
    const answer = await open(requests, "GET", `/api/v1/events${queryOf({ ...params, include, after })}`, {
      headers: { accept: "text/event-stream", ...(position && { "last-event-id": position }) },
      ...(signal && { signal }),
    });
    if (answer) {
      try {
        for await (const { id, event, data } of readEvents(answer)) {
          failures = 0;
          position = id ?? position;
          if (data === null || position === undefined) continue;
          if (event === "resync") yield { type: "resync", position };
          else yield { type: "change", position, change: JSON.parse(data) as Change };
        }
      } catch (problem) {
        if (!isLost(problem, signal)) throw problem;
      }
    }
    await requests.sleep(Math.min(LONGEST_WAIT, 2 ** failures), signal);
  }
}

/** Runs a subscription over server-sent events, and runs it again from the last answer when the connection is lost. */
export async function* subscribe<T>(
  requests: Requests,
  query: string,
  { variables = {}, resume, signal }: SubscribeOptions<T>,
): AsyncGenerator<T> {
  let sent = variables;
  for (let failures = 0; ; failures++) {
    const answer = await open(requests, "POST", "/graphql", {
      headers: { accept: "text/event-stream", "content-type": "application/json" },
      body: JSON.stringify({ query, variables: sent }),
      ...(signal && { signal }),
    });
    if (answer) {
      try {
        for await (const { event, data } of readEvents(answer)) {
          if (event === "complete") return;
          if (event !== "next" || !data) continue;
          failures = 0;
          const found = JSON.parse(data) as { data?: T | null; errors?: GraphQLProblem[] };
          if (found.errors || !found.data) throw new GraphQLRefused(found.errors ?? [], found.data ?? null);
          if (resume) sent = { ...variables, ...resume(found.data) };
          yield found.data;
        }
      } catch (problem) {
        if (!isLost(problem, signal)) throw problem;
      }
    }
    await requests.sleep(Math.min(LONGEST_WAIT, 2 ** failures), signal);
  }
}

/** Opens a stream; null if there is no connection, or the hub has no room now. Rejects with `Refused` otherwise. */
async function open(requests: Requests, method: string, path: string, init: RequestInit) {
  try {
    const answer = await requests.send(method, path, init);
    if (answer.ok && answer.headers.get("content-type")?.startsWith("text/event-stream")) return answer.body;
    if (answer.ok) throw await graphqlRefusal(answer);
    if (answer.status === 429 || answer.status >= 500) {
      await answer.body?.cancel();
      return null;
    }
    throw await Refused.of(answer);
  } catch (problem) {
    if (isLost(problem, init.signal ?? undefined)) return null;
    throw problem;
  }
}

async function graphqlRefusal(answer: Response): Promise<GraphQLRefused> {
  const found = (await answer.json()) as { data?: unknown; errors?: GraphQLProblem[] };
  return new GraphQLRefused(found.errors ?? [], found.data ?? null);
}

/** `fetch` and its streams reject with a `TypeError` when the connection fails. */
function isLost(problem: unknown, signal?: AbortSignal): boolean {
  return problem instanceof TypeError && !signal?.aborted;
}
