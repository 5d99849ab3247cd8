import type { Item, Schemas } from "./types.js";

/** What changed, and the place in the log after it: to be stored in one transaction. */
export interface SyncPage {
  /** The item as it is public now, by document and language; null: delete it. */
  items: { id: string; lang: string; item: Item | null }[];
  /** To be stored with the items, and returned by `position` the next time. */
  position: string;
  /** True if everything stored before is void: delete it first, in the same transaction. */
  begins: boolean;
}

/** A copy of the public items that an app keeps as it likes. */
export interface Store {
  /** The position stored last; null for an empty copy. */
  position(): Promise<string | null> | string | null;
  /** Stores a page: all of it or nothing, for an app may be ended at any moment. */
  apply(page: SyncPage): Promise<void> | void;
}

/** A copy in memory. */
export class MemoryStore implements Store {
  readonly items = new Map<string, Item>();
  #position: string | null = null;

  position(): string | null {
    return this.#position;
  }

  apply({ items, position, begins }: SyncPage): void {
    if (begins) this.items.clear();
    for (const { id, lang, item } of items) {
      if (item) this.items.set(`${id} ${lang}`, item);
      else this.items.delete(`${id} ${lang}`);
    }
    this.#position = position;
  }
}

/** What a page of `/api/v1/changes` with `include=view` says about the items, in order. */
export function pageOf(found: Schemas["ChangesView"], begins: boolean): SyncPage {
  const items = found.items.flatMap(({ id, lang, view }) =>
    id && lang ? [{ id, lang, item: view?.item ?? null }] : [],
  );
  return { items, position: found.next, begins };
}
