// Runs what relay-compiler made: the first page, two more by its refetchable query, a search, and a policy that is opened
// and asked for again by `node`; through Relay's own store.
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [hub, made] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const { createOperationDescriptor, Environment, getSelector, Network, RecordSource, Store } = require("relay-runtime");
const compiled = Object.fromEntries(
  readdirSync(made).map((name) => [name.replace(".graphql.js", ""), require(join(made, name))]),
);

const texts = require(join(made, "..", "persisted.json"));
const errors = [];
const environment = new Environment({
  network: Network.create(async (request, variables) => {
    const body = JSON.stringify({ query: texts[request.id], operationName: request.name, variables });
    const answer = await fetch(`${hub}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
      body,
    });
    const found = await answer.json();
    errors.push(...(found.errors ?? []));
    return found;
  }),
  store: new Store(new RecordSource()),
});

function run(name, variables) {
  const operation = createOperationDescriptor(compiled[name], variables);
  return new Promise((resolve, reject) =>
    environment.execute({ operation }).subscribe({
      complete: () => resolve(environment.lookup(operation.fragment).data),
      error: reject,
    }),
  );
}

/** The part of a root's data that the paged fragment reads. */
function page(root) {
  return environment.lookup(getSelector(compiled.lists_policies, root)).data.policies;
}

// Relay puts each page behind those it has.
let seen = page(await run("listsPageQuery", { count: 2 }));
for (let turn = 0; turn < 2; turn++) {
  seen = page(await run("listsNextQuery", { count: 2, cursor: seen.pageInfo.endCursor }));
}
const ids = seen.edges.map(({ node }) => node.id);
const found = await run("listsFindQuery", { words: "truyen thong chinh sach" });

/** The policy that a root's `node` is, as its fragment reads it. */
function force(root) {
  return environment.lookup(getSelector(compiled.lists_force, root.node.policy ?? root.node)).data;
}
const opened = ["listsOpenedQuery", "listsForceQuery"].map(async (name) => force(await run(name, { id: ids[0] })));
console.log(
  JSON.stringify({ ids, errors, opened: await Promise.all(opened), found: found.search.edges.map(({ node }) => [node.__typename, node.id]) }),
);
