import { followEvents, subscribe, type LiveEvent, type LiveOptions, type SubscribeOptions } from "./live.js";
import { GraphQLRefused, Refused, type GraphQLProblem } from "./refusals.js";
import { bodyOf, Requests, type RequestOptions, type Values } from "./requests.js";
import { pageOf, type Store } from "./stores.js";
import type { Params, Schemas } from "./types.js";

export type HubOptions = RequestOptions;

interface Page<T> {
  items: T[];
  next: string | null;
}

const BEGINNING = "0";
const KINDS = { policy: "policies", draft: "drafts", bulletin: "bulletins", statement: "statements" } as const;

/** A hub. Lists are async iterables over the items of all pages: leave the loop, and no further page is asked for. */
export class Hub {
  readonly #requests: Requests;

  constructor(url: string, options: HubOptions = {}) {
    this.#requests = new Requests(url, options);
  }

  /** GETs the JSON at a path. Rejects with `Refused`. */
  async get<T>(path: string, params: Values = {}): Promise<T> {
    return (await this.#requests.read(path, params)) as T;
  }

  /** Sends a command, such as `POST /api/v1/manage/documents`. Rejects with `Refused`. */
  async send<T>(method: string, path: string, json?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const body = json === undefined ? {} : { body: JSON.stringify(json) };
    const typed = json === undefined ? headers : { "content-type": "application/json", ...headers };
    return (await bodyOf(await this.#requests.send(method, path, { ...body, headers: typed }))) as T;
  }

  /** Runs a GraphQL query. Rejects with `GraphQLRefused` if any part of it was refused, and `Refused`. */
  async graphql<T>(query: string, variables: Values = {}): Promise<T> {
    const headers = { "content-type": "application/json" };
    const answer = await this.#requests.send("POST", "/graphql", { headers, body: JSON.stringify({ query, variables }) });
    if (!answer.headers.get("content-type")?.includes("json")) throw await Refused.of(answer);
    const found = (await answer.json()) as { data?: T; errors?: GraphQLProblem[] };
    if (found.errors || !found.data) throw new GraphQLRefused(found.errors ?? [], found.data ?? null);
    return found.data;
  }

  /** The items of all pages of a list. */
  async *iterate<T>(path: string, params: Values): AsyncGenerator<T> {
    let cursor: string | null = null;
    do {
      const page: Page<T> = await this.get<Page<T>>(path, { ...params, cursor });
      yield* page.items;
      cursor = page.next;
    } while (cursor !== null);
  }

  policies(params: Params<"list_policies"> = {}) {
    return this.iterate<Schemas["PolicyListItem"]>("/api/v1/policies", params);
  }

  drafts(params: Params<"list_drafts"> = {}) {
    return this.iterate<Schemas["DraftListItem"]>("/api/v1/drafts", params);
  }

  bulletins(params: Params<"list_bulletins"> = {}) {
    return this.iterate<Schemas["BulletinListItem"]>("/api/v1/bulletins", params);
  }

  statements(params: Params<"list_statements"> = {}) {
    return this.iterate<Schemas["StatementListItem"]>("/api/v1/statements", params);
  }

  policy(id: string, params: Params<"get_policy"> = {}) {
    return this.get<Schemas["PolicyItem"]>(`/api/v1/${KINDS.policy}/${id}`, params);
  }

  draft(id: string, params: Params<"get_draft"> = {}) {
    return this.get<Schemas["DraftItem"]>(`/api/v1/${KINDS.draft}/${id}`, params);
  }

  bulletin(id: string, params: Params<"get_bulletin"> = {}) {
    return this.get<Schemas["BulletinItem"]>(`/api/v1/${KINDS.bulletin}/${id}`, params);
  }

  statement(id: string, params: Params<"get_statement"> = {}) {
    return this.get<Schemas["StatementItem"]>(`/api/v1/${KINDS.statement}/${id}`, params);
  }

  /** What is found, best first. */
  search(params: Params<"search"> = {}) {
    return this.iterate<Schemas["SearchItem"]>("/api/v1/search", params);
  }

  agencies(params: Params<"list_agencies"> = {}) {
    return this.iterate<Schemas["AgencyView"]>("/api/v1/agencies", params);
  }

  topics(params: Params<"list_topics"> = {}) {
    return this.iterate<Schemas["TopicView"]>("/api/v1/topics", params);
  }

  places(params: Params<"list_places"> = {}) {
    return this.iterate<Schemas["PlaceView"]>("/api/v1/places", params);
  }

  spokespersons(params: Params<"list_spokespersons"> = {}) {
    return this.iterate<Schemas["SpokespersonView"]>("/api/v1/spokespersons", params);
  }

  consultations(params: Params<"list_consultations"> = {}) {
    return this.iterate<Schemas["DraftConsultationCardView"]>("/api/v1/consultations", params);
  }

  /**
   * The pages of changes after a position, up to the head of the log. Store `next` of the last page. With `wait` the
   * first request is held until something changes, for that many seconds. Rejects with `Refused` and the code `resync`
   * if the log does not have the position.
   */
  async *changes(
    params: Params<"list_changes"> = {},
    { after = BEGINNING, wait = 0, signal }: { after?: string; wait?: number; signal?: AbortSignal } = {},
  ): AsyncGenerator<Schemas["ChangesView"]> {
    for (;;) {
      const asked = { ...params, after, include: "view", wait: wait || undefined };
      const read = { keep: false, ...(signal && { signal }) };
      const page = (await this.#requests.read("/api/v1/changes", asked, read)) as Schemas["ChangesView"];
      yield page;
      if (page.reached >= page.head) return;
      [after, wait] = [page.next, 0];
    }
  }

  /**
   * Brings a copy up to date and returns the number of changes; the filters must stay those of the copy. A copy whose
   * position was lost, because the hub was restored from a backup, begins anew.
   */
  async sync(
    store: Store,
    params: Params<"list_changes"> = {},
    options: { wait?: number; signal?: AbortSignal } = {},
  ): Promise<number> {
    const after = await store.position();
    try {
      return await this.#follow(store, params, { ...options, ...(after !== null && { after }) });
    } catch (refused) {
      if (!(refused instanceof Refused) || refused.code !== "resync") throw refused;
      return this.#follow(store, params, { ...(options.signal && { signal: options.signal }) });
    }
  }

  /** Changes as they happen, by server-sent events; reconnects at the last position. */
  live(params: Params<"stream_events"> = {}, options: LiveOptions = {}): AsyncGenerator<LiveEvent> {
    return followEvents(this.#requests, params, options);
  }

  /** Answers of a GraphQL subscription; reconnects with the variables that `resume` gives. */
  subscribe<T>(query: string, options: SubscribeOptions<T> = {}): AsyncGenerator<T> {
    return subscribe(this.#requests, query, options);
  }

  async #follow(
    store: Store,
    params: Params<"list_changes">,
    options: { after?: string; wait?: number; signal?: AbortSignal },
  ): Promise<number> {
    let begins = options.after === undefined;
    let changed = 0;
    for await (const page of this.changes(params, options)) {
      await store.apply(pageOf(page, begins));
      begins = false;
      changed += page.items.length;
    }
    return changed;
  }
}
