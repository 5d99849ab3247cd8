// urql with the whole of its core's exchanges: pages by cursor, a fragment on a union, errors with their codes, GET.
import { cacheExchange, Client, fetchExchange, gql } from "@urql/core";

const client = new Client({
  url: `${process.argv[2]}/graphql`,
  exchanges: [cacheExchange, fetchExchange],
  preferGetMethod: "within-url-limit",
});

const ids = [];
for (let after = null, turn = 0; turn < 3; turn++) {
  const page = await client
    .query(gql`query Page($after: String) {
      policies(first: 2, after: $after) { edges { node { id } } pageInfo { endCursor } }
    }`, { after })
    .toPromise();
  if (page.error) throw page.error;
  ids.push(...page.data.policies.edges.map(({ node }) => node.id));
  after = page.data.policies.pageInfo.endCursor;
}

const found = await client
  .query(gql`
    fragment Facts on Item { id title }
    query Find($words: String!) { search(query: $words, first: 5) { edges { node { __typename ...Facts } } } }
  `, { words: "truyen thong chinh sach" })
  .toPromise();
const codes = async (query) =>
  ((await client.query(query, {}).toPromise()).error?.graphQLErrors ?? []).map(({ extensions }) => extensions.code);

console.log(
  JSON.stringify({
    ids,
    found: found.data.search.edges.map(({ node }) => [node.__typename, node.id]),
    codes: await codes(gql`{ policies(first: 2, after: "nothing") { edges { node { id } } } }`),
    refused: await codes(gql`{ manage { audit(first: 1) { edges { node { id } } } } }`),
  }),
);
