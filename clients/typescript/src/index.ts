/** Client of the policy hub: typed reads, paging, ETags, retries, delta sync, live changes. */
export { EtagCache, type Kept } from "./etags.js";
export { Hub, type HubOptions } from "./hub.js";
export type { LiveEvent, LiveOptions, SubscribeOptions } from "./live.js";
export { GraphQLRefused, Refused } from "./refusals.js";
export { MemoryStore, type Store, type SyncPage } from "./stores.js";
export type { Change, Item, Params, Schemas } from "./types.js";
