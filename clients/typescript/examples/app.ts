/** A small app: the newest policies, a search, a copy, and the first live changes. Run: `npx tsx app.ts https://…` */
import { GraphQLRefused, Hub, MemoryStore, Refused } from "policyhub-client";

const hub = new Hub(process.argv[2] ?? "http://127.0.0.1:8000", { lang: "vi" });

let shown = 0;
for await (const policy of hub.policies({ limit: 2 })) {
  console.log("home:", policy.number, policy.title);
  if (++shown === 3) break;
}

shown = 0;
for await (const found of hub.search({ q: "truyen thong chinh sach", limit: 3 })) {
  console.log("found:", found.kind, found.highlight);
  if (++shown === 6) break;
}

const store = new MemoryStore();
await hub.sync(store, { kind: ["policy"] });
console.log("copy:", store.items.size, "items");
for (const item of store.items.values()) {
  if (item.kind === "policy") console.log("whole:", item.nodes.length); // only policies and drafts have nodes
  break;
}

for await (const event of hub.live({ kind: ["policy"] }, { after: "0", include: "view" })) {
  if (event.type === "change") console.log("live:", event.change.event, event.change.view?.item.title);
  break;
}

try {
  await hub.get("/api/v1/policies", { page: 2 });
} catch (refused) {
  if (!(refused instanceof Refused)) throw refused;
  console.log("refused:", refused.code, refused.field);
}

try {
  await hub.graphql("{ policies(first: 0) { edges { cursor } } }");
} catch (refused) {
  if (!(refused instanceof GraphQLRefused)) throw refused;
  console.log("refused:", refused.code);
}
