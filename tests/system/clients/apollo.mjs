// Apollo Client as an app uses it: a paged connection kept by its cache, a fragment on a union, errors with their codes,
// and automatic persisted queries by GET.
import { createHash } from "node:crypto";
import { ApolloClient, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { relayStylePagination } from "@apollo/client/utilities";

const client = new ApolloClient({
  link: new HttpLink({ uri: `${process.argv[2]}/graphql` }),
  cache: new InMemoryCache({
    possibleTypes: { Item: ["Policy", "Draft", "Bulletin", "Statement"] },
    typePolicies: { Query: { fields: { policies: relayStylePagination(["topic"]) } } },
  }),
});

const PAGE = gql`
  query Page($after: String) {
    policies(first: 2, after: $after) {
      edges { node { id number title } }
      pageInfo { hasNextPage endCursor }
    }
  }
`;
const watched = client.watchQuery({ query: PAGE });
await new Promise((resolve) => watched.subscribe(({ data }) => data && resolve()));
for (let turn = 0; turn < 2; turn++) {
  const { endCursor } = client.readQuery({ query: PAGE }).policies.pageInfo;
  await watched.fetchMore({ variables: { after: endCursor } });
}
const kept = client.readQuery({ query: PAGE }).policies.edges.map(({ node }) => node.id);

const { data: found } = await client.query({
  query: gql`
    fragment Facts on Item { id title ... on Policy { number } ... on Draft { consultation { closesOn } } }
    query Find($words: String!) {
      search(query: $words, first: 5) { edges { node { __typename ...Facts } } }
    }
  `,
  variables: { words: "truyen thong chinh sach" },
});

async function codes(query) {
  try {
    await client.query({ query, fetchPolicy: "no-cache" });
    return [];
  } catch (problem) {
    if (!CombinedGraphQLErrors.is(problem)) throw problem;
    return problem.errors.map(({ extensions }) => extensions.code);
  }
}

/** What goes over the wire for one query of an app that has just started: method, whether it carries the text, status. */
async function persisted() {
  const sent = [];
  const counting = async (address, options) => {
    const answer = await fetch(address, options);
    sent.push([options.method, /edges/.test(address + (options.body ?? "")), answer.status]);
    return answer;
  };
  const hashed = new PersistedQueryLink({
    sha256: (text) => createHash("sha256").update(text).digest("hex"),
    useGETForHashedQueries: true,
  });
  const link = hashed.concat(new HttpLink({ uri: `${process.argv[2]}/graphql`, fetch: counting }));
  const app = new ApolloClient({ link, cache: new InMemoryCache() });
  const { data } = await app.query({
    query: gql`query Kept($first: Int) { policies(first: $first) { edges { node { id } } } }`,
    variables: { first: 6 },
  });
  return { sent, ids: data.policies.edges.map(({ node }) => node.id) };
}

const firstApp = await persisted();
const secondApp = await persisted();
console.log(
  JSON.stringify({
    ids: kept,
    found: found.search.edges.map(({ node }) => [node.__typename, node.id]),
    codes: await codes(gql`{ policies(first: 2, after: "nothing") { edges { node { id } } } }`),
    persisted: [firstApp, secondApp],
    refused: await codes(gql`{ manage { audit(first: 1) { edges { node { id } } } } }`),
  }),
);
