/** What the TypeScript client does with a hub, as JSON: run by test_typescript_client.py, checked by tsc --strict. */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { Hub, MemoryStore, Refused, type SyncPage } from "policyhub-client";

const [url = "", limited = ""] = process.argv.slice(2);
const LOST = "00000000-0000-7000-8000-000000000000:1:0000000000000000"; // a position of another log

/** A copy whose position can be lost. */
class Forgetful extends MemoryStore {
  lost = false;

  override position(): string | null {
    return this.lost ? LOST : super.position();
  }

  override apply(page: SyncPage): void {
    this.lost = false;
    super.apply(page);
  }
}

const statuses: number[] = [];
const counted: typeof fetch = async (input, init) => {
  const answer = await fetch(input, init);
  statuses.push(answer.status);
  return answer;
};

const hub = new Hub(url, { fetch: counted });
const first = await hub.get("/api/v1/policies", { limit: 2 });
const again = await hub.get("/api/v1/policies", { limit: 2 });
const seen = [...statuses];

const store = new Forgetful();
await hub.sync(store, { kind: ["policy", "draft"] });
const copied = store.items.size;
const more = await hub.sync(store, { kind: ["policy", "draft"] });
store.lost = true;
await hub.sync(store, { kind: ["policy", "draft"] });

const ids: string[] = [];
for await (const policy of hub.policies({ limit: 2 })) ids.push(policy.id);

const waits: number[] = [];
const strict = new Hub(limited, { retries: 2, sleep: async (seconds) => void waits.push(seconds) });
let code = "none";
try {
  for (let limit = 1; limit <= 30; limit++) await strict.get("/api/v1/policies", { limit });
} catch (refused) {
  if (!(refused instanceof Refused)) throw refused;
  code = refused.code;
}

/** A way to the hub that can be cut. */
const sockets = new Set<Socket>();
const proxy = createServer((near) => {
  const far = connect(Number(new URL(url).port), "127.0.0.1");
  for (const socket of [near, far]) {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  }
  near.pipe(far).pipe(near);
});
await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
const cut = () => sockets.forEach((socket) => socket.destroy());
const cuttable = new Hub(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, { sleep: async () => undefined });

/** Takes a number of values, and cuts the connection after each second one. */
async function take<T>(from: AsyncIterable<T>, number: number): Promise<T[]> {
  const found: T[] = [];
  for await (const value of from) {
    found.push(value);
    if (found.length === number) break;
    if (found.length % 2 === 0) cut();
  }
  return found;
}

const seqs: unknown[] = [];
for (const event of await take(cuttable.live({ kind: ["policy"] }, { after: "0" }), 5)) {
  seqs.push(event.type === "change" ? event.change.seq : null);
}

type Told = { changes: { position: string; seq: number } };
const subscribed = await take(
  cuttable.subscribe<Told>("subscription ($after: Position) { changes(kind: [policy], after: $after) { position seq } }", {
    variables: { after: "0" },
    resume: ({ changes }) => ({ after: changes.position }),
  }),
  5,
);
cut();
proxy.close();

console.log(
  JSON.stringify({
    statuses: seen,
    same: first === again,
    copied,
    more,
    after_resync: store.items.size,
    ids,
    waits,
    code,
    live: seqs,
    subscribed: subscribed.map(({ changes }) => changes.seq),
  }),
);
process.exit(0);
