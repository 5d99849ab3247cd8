"""Random GraphQL requests from a schema: every argument of every field, mostly with an odd value, by variables."""

import json
import random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
)

from schema.naming import CONTENT_INPUT
from tests.support import contents
from tests.support.fuzz_requests import FuzzRequest
from tests.support.graphql_editors import typed
from tests.support.odd_values import odd_json

TEXT = {"content-type": "application/json"}
HURTING = (
    "{" * 300,
    "{ a" + "{ a" * 400 + "}" * 401,
    "query { policies { edges { node { ...F } } } } fragment F on Policy { ...F }",
    "{ " + " ".join(f"a{n}: __typename" for n in range(3_000)) + " }",
    "query Q($a: [[[[[[[[Int]]]]]]]]) { __typename }",
    "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
    "\ufeff{ __typename } # \ud800",
    '{ search(query: "\\ud800") { total } }',
    "{ item(id: 1) { id } }",
    "subscription { __typename }",
    "query A { __typename } query B { __typename }",
    "{ __typename @skip(if: 1) @include }",
)
"""Documents that are deep, wide, in a circle, or none."""


SAMPLES = {"Date": ["2026-11-29", "1000-01-01"], "DateTime": ["2026-12-01T08:00:00+07:00"]}
"""Values of scalars whose argument or member has none of its own."""


class QueryMaker:
    """Makes requests to `/graphql`."""

    def __init__(self, schema: GraphQLSchema, known: dict[str, list[str]]) -> None:
        self.known = known
        roots = (("query", schema.query_type), ("mutation", schema.mutation_type))
        self.fields = [(word, name, each) for word, root in roots if root for name, each in root.fields.items()]

    def make(self, chance: random.Random) -> FuzzRequest:
        """Make a request: a field with its arguments, or a document that hurts."""
        if chance.random() < 0.08:
            return self._post({"query": chance.choice(HURTING)})
        word, name, each = chance.choice(self.fields)
        variables: dict[str, Any] = {}
        field = self._field(name, each, chance, variables, 0)
        given = ", ".join(f"${key}: {kind}" for key, (kind, _) in variables.items())
        body: dict[str, Any] = {
            "query": f"{word} Fuzz{f'({given})' if given else ''} {{ {field} }}",
            "variables": {key: value for key, (_, value) in variables.items()},
        }
        if chance.random() < 0.05:
            body[chance.choice(("operationName", "extensions", "variables", "query", "id"))] = odd_json(chance)
        return self._post(body)

    def _post(self, body: Any) -> FuzzRequest:
        return FuzzRequest("POST", "/graphql", dict(TEXT), json.dumps(body).encode())

    def _field(
        self, name: str, each: GraphQLField, chance: random.Random, variables: dict[str, Any], depth: int
    ) -> str:
        arguments = []
        for argument, found in each.args.items():
            if isinstance(found.type, GraphQLNonNull) or chance.random() < 0.35:
                key = f"v{len(variables)}"
                variables[key] = (str(found.type), self._value(argument, found, chance))
                arguments.append(f"{argument}: ${key}")
        text = f"{name}({', '.join(arguments)})" if arguments else name
        kind = get_named_type(each.type)
        if is_leaf_type(kind):
            return text
        inside = ["__typename"]
        if isinstance(kind, GraphQLObjectType) and depth < 3:
            for child, one in kind.fields.items():
                leads_on = child in ("edges", "node", "items", "nodes")
                if leads_on or chance.random() < (0.3 if is_leaf_type(get_named_type(one.type)) else 0.1):
                    inside.append(self._field(child, one, chance, variables, depth + 1))
        return f"{text} {{ {' '.join(inside)} }}"

    def _value(self, name: str, argument: GraphQLArgument, chance: random.Random) -> Any:
        if chance.random() < 0.5:
            return odd_json(chance)
        return self._sample(name, argument.type, chance, 0)

    def _sample(self, name: str, kind: Any, chance: random.Random, depth: int) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return self._sample(name, kind.of_type, chance, depth)
        if isinstance(kind, GraphQLList):
            return [self._sample(name, kind.of_type, chance, depth + 1) for _ in range(chance.choice((0, 1, 3)))]
        if isinstance(kind, GraphQLEnumType):
            return chance.choice(list(kind.values))
        if isinstance(kind, GraphQLInputObjectType) and kind.name == CONTENT_INPUT:
            return self._content(kind, chance, depth)
        if isinstance(kind, GraphQLInputObjectType):
            made: dict[str, Any] = {}
            for member, one in kind.fields.items():
                if depth < 4 and (isinstance(one.type, GraphQLNonNull) or chance.random() < 0.4):
                    is_odd = chance.random() < 0.15
                    made[member] = odd_json(chance) if is_odd else self._sample(member, one.type, chance, depth + 1)
            return made
        if kind.name in ("Int", "Float"):
            return chance.randrange(6)
        if kind.name == "Boolean":
            return chance.random() < 0.5
        return chance.choice(self.known.get(name) or SAMPLES.get(kind.name) or self.known["id"])

    def _content(self, kind: GraphQLInputObjectType, chance: random.Random, depth: int) -> Any:
        """Make a content of one kind: one that can be stored, with odd members now and then, or one of samples."""
        name = chance.choice(list(kind.fields))
        if chance.random() < 0.3:
            return {name: self._sample(name, kind.fields[name].type, chance, depth + 1)}
        made = typed(contents.MADE[name](), name)
        if chance.random() < 0.6:
            member = chance.choice(list(get_named_type(kind.fields[name].type).fields))
            made[name][member] = odd_json(chance)
        return made
