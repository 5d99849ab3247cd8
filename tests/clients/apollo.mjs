// Apollo Client as an app uses it: a paged connection kept by its cache, a fragment on a union, errors with their codes.
import { ApolloClient, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from "@apollo/client";
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

console.log(
  JSON.stringify({
    ids: kept,
    found: found.search.edges.map(({ node }) => [node.__typename, node.id]),
    codes: await codes(gql`{ policies(first: 2, after: "nothing") { edges { node { id } } } }`),
    refused: await codes(gql`{ manage { audit(first: 1) { edges { node { id } } } } }`),
  }),
);
