import { EtagCache } from "./etags.js";
import { Refused, retryAfter } from "./refusals.js";

export interface RequestOptions {
  /** Key of an editor. */
  key?: string;
  /** Language of texts. */
  lang?: string;
  /** How often a request is sent again that is refused with 429 or 503, or whose connection fails; 3. */
  retries?: number;
  /** Longest `Retry-After` that is waited for, in seconds; 60. */
  longestWait?: number;
  etags?: EtagCache;
  fetch?: typeof fetch;
  /** Waits for some seconds; rejects when the signal is aborted. */
  sleep?: (seconds: number, signal?: AbortSignal) => Promise<void>;
}

export type Values = { [name: string]: unknown };

const FIRST_WAIT = 0.5;

/** Requests of a client: retries and ETags. */
export class Requests {
  readonly sleep: NonNullable<RequestOptions["sleep"]>;
  readonly #headers: Record<string, string>;
  readonly #retries: number;
  readonly #longestWait: number;
  readonly #etags: EtagCache;
  readonly #fetch: typeof fetch;
  readonly #url: string;

  constructor(url: string, options: RequestOptions) {
    this.#url = url.replace(/\/+$/, "");
    this.#headers = {
      ...(options.key && { authorization: `Bearer ${options.key}` }),
      ...(options.lang && { "accept-language": options.lang }),
    };
    this.#retries = options.retries ?? 3;
    this.#longestWait = options.longestWait ?? 60;
    this.#etags = options.etags ?? new EtagCache();
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.sleep = options.sleep ?? sleep;
  }

  /** GETs the JSON at a path, or takes the kept answer if it is still the right one. Rejects with `Refused`. */
  async read(path: string, params: Values, { keep = true, signal }: { keep?: boolean; signal?: AbortSignal } = {}) {
    const url = path + queryOf(params);
    const kept = keep ? this.#etags.get(url) : undefined;
    const headers: Record<string, string> = kept ? { "if-none-match": kept.etag } : {};
    const answer = await this.send("GET", url, { headers, ...(signal && { signal }) });
    if (answer.status === 304 && kept) return kept.body;
    const body = await bodyOf(answer);
    const etag = answer.headers.get("etag");
    if (keep && etag && !answer.headers.get("cache-control")?.includes("no-store")) this.#etags.put(url, { etag, body });
    return body;
  }

  /** Sends a request until it is answered. A command is repeated only when it was surely not done. */
  async send(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...this.#headers, ...(init.headers as Record<string, string> | undefined) };
    const isSafe = method === "GET" || "idempotency-key" in headers;
    const again = isSafe ? [429, 503] : [429];
    const signal = init.signal ?? undefined;
    for (let attempt = 0; ; attempt++) {
      const isLast = attempt >= this.#retries;
      let wait = FIRST_WAIT * 2 ** attempt;
      try {
        const answer = await this.#fetch(this.#url + path, { ...init, method, headers });
        wait = retryAfter(answer) ?? wait;
        if (isLast || !again.includes(answer.status) || wait > this.#longestWait) return answer;
        await answer.body?.cancel();
      } catch (problem) {
        if (isLast || !isSafe || signal?.aborted) throw problem;
      }
      await this.sleep(wait, signal);
    }
  }
}

/** The JSON of an answer; null without a body. Rejects with `Refused`. */
export async function bodyOf(answer: Response): Promise<unknown> {
  if (answer.status >= 400) throw await Refused.of(answer);
  const text = await answer.text();
  return text ? JSON.parse(text) : null;
}

export function queryOf(params: Values): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) query.append(name, String(one));
    }
  }
  return query.size ? `?${query}` : "";
}

function sleep(seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, seconds * 1000);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
