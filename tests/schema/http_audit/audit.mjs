// Runs every server audit of graphql-http against the address given, and prints the results as one JSON line.
import { serverAudits } from "graphql-http";

const results = [];
for (const { fn } of serverAudits({ url: process.argv[2] })) {
  const { id, name, status, reason, response } = await fn();
  results.push({ id, name, status, reason, answered: response?.status });
}
console.log(JSON.stringify(results));
