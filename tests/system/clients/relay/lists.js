// What an app made with Relay writes: a paged list, facts of an item of any kind, and one of them asked for again.
import runtime from "relay-runtime";

const { graphql } = runtime;

export const Page = graphql`
  query listsPageQuery($count: Int!) {
    ...lists_policies @arguments(count: $count)
  }
`;

export const Policies = graphql`
  fragment lists_policies on Query
  @refetchable(queryName: "listsNextQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" }) {
    policies(first: $count, after: $cursor) @connection(key: "lists_policies") {
      edges { node { id ...lists_facts } }
    }
  }
`;

export const Facts = graphql`
  fragment lists_facts on Item {
    title
    agency { name }
    ... on Policy { number legalForce }
    ... on Draft { consultation { closesOn } }
  }
`;

export const Find = graphql`
  query listsFindQuery($words: String!) {
    search(query: $words, first: 5) { edges { node { __typename ... on Item { id ...lists_facts } } } }
  }
`;

export const Force = graphql`
  fragment lists_force on Policy @refetchable(queryName: "listsForceQuery") {
    number
    legalForce
  }
`;

export const Opened = graphql`
  query listsOpenedQuery($id: ID!) {
    node(id: $id) { ...lists_force @alias(as: "policy") }
  }
`;
