"""Random GraphQL documents that are valid for a schema: with fragments, aliases, directives, variables and repeats."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from tests.support.odd_values import odd_json

MAX_DEPTH = 8
ATTEMPTS = 200
SAMPLES: Mapping[str, Sequence[Any]] = {
    "Date": ["2026-02-03", "2026-11-29"],
    "DateTime": ["2026-12-01T08:00:00+07:00"],
    "Position": [0, "3"],
    "Boolean": [True, False],
    "Int": [1, 2, 3, 5, 0],
    "Float": [0.5, 2],
    "Long": [1],
}
"""Values of scalars whose argument has none of its own."""


@dataclass
class RandomDocument:
    """A document with the values of its variables."""

    text: str
    variables: dict[str, Any]


@dataclass
class _Parts:
    """What one document has so far."""

    variables: dict[str, str] = field(default_factory=dict)
    """Declarations, by name."""
    values: dict[str, Any] = field(default_factory=dict)
    fragments: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Type and selection, by name."""
    fields: int = 0


class DocumentMaker:
    """Makes documents from a schema; `known` has good values of arguments by their names."""

    def __init__(self, schema: GraphQLSchema, known: Mapping[str, Sequence[Any]], *, without: frozenset[str]) -> None:
        self.schema = schema
        self.known = known
        self.without = without

    def make(self, chance: random.Random, operation: str = "query") -> RandomDocument:
        """Make a document; some are not valid, because fields of one name may conflict."""
        root = self.schema.mutation_type if operation == "mutation" else self.schema.query_type
        assert root is not None
        parts = _Parts()
        names = [name for name in root.fields if name not in self.without]
        chosen = [chance.choice(names) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
        selections = [self._field(name, root, 0, chance, parts, alias=f"r{n}") for n, name in enumerate(chosen)]
        if chance.random() < 0.1:
            selections.append("__typename")
        declared = f"({', '.join(f'${name}: {one}' for name, one in parts.variables.items())})"
        head = f"{operation} Random{declared if parts.variables else ''}"
        fragments = [f"fragment {name} on {on} {body}" for name, (on, body) in parts.fragments.items()]
        return RandomDocument("\n".join([f"{head} {{ {' '.join(selections)} }}", *fragments]), parts.values)

    def _field(
        self, name: str, of: Any, depth: int, chance: random.Random, parts: _Parts, *, alias: str | None = None
    ) -> str:
        found: GraphQLField = of.fields[name]
        parts.fields += 1
        alias = alias or (f"{chance.choice('abc')}{chance.randrange(9)}" if chance.random() < 0.08 else None)
        given = [self._argument(key, one, chance, parts) for key, one in found.args.items()]
        arguments = ", ".join(one for one in given if one)
        text = (f"{alias}: " if alias else "") + name + (f"({arguments})" if arguments else "")
        text += self._directive(chance, parts)
        below = get_named_type(found.type)
        if is_leaf_type(below):
            return text
        made = f"{text} {self._selection(below, depth + 1, chance, parts)}"
        if chance.random() < 0.1 and not alias:  # the same object again, with other fields
            made += f" {text} {self._selection(below, depth + 1, chance, parts)}"
        return made

    def _selection(self, of: Any, depth: int, chance: random.Random, parts: _Parts) -> str:
        if chance.random() < 0.1 and (usable := [name for name, (on, _) in parts.fragments.items() if on == of.name]):
            return f"{{ ...{chance.choice(usable)}{self._directive(chance, parts)} }}"
        inside: list[str] = []
        for name, one in getattr(of, "fields", {}).items():
            is_leaf = is_leaf_type(get_named_type(one.type))
            leads_on = name in ("edges", "node", "items", "nodes", "pageInfo", "view", "item")
            likely = (0.4 if is_leaf else 0.9 if leads_on else 0.25) / (1 + parts.fields / 60)
            if (is_leaf or depth < MAX_DEPTH) and chance.random() < likely:
                inside.append(self._field(name, of, depth, chance, parts))
        if is_abstract_type(of) and depth < MAX_DEPTH:
            for each in chance.sample(self.schema.get_possible_types(of), 2):
                inside.append(self._fragment(each, depth, chance, parts))
        if not inside or chance.random() < 0.1:
            inside.append("__typename" if chance.random() < 0.8 else "t: __typename")
        if inside and chance.random() < 0.15:  # some of the fields in a fragment
            moved = inside.pop(chance.randrange(len(inside)))
            if chance.random() < 0.5:
                name = f"F{len(parts.fragments)}"
                parts.fragments[name] = of.name, f"{{ {moved} }}"
                inside += [f"...{name}{self._directive(chance, parts)}"] * chance.choice((1, 1, 2))
            else:
                on = f" on {of.name}" if chance.random() < 0.5 else ""
                inside.append(f"...{on}{self._directive(chance, parts)} {{ {moved} }}")
        if chance.random() < 0.1:
            inside.append(chance.choice(inside))
        chance.shuffle(inside)
        return f"{{ {' '.join(inside)} }}"

    def _fragment(self, on: GraphQLObjectType, depth: int, chance: random.Random, parts: _Parts) -> str:
        body = self._selection(on, depth, chance, parts)
        if chance.random() < 0.3:
            name = f"F{len(parts.fragments)}"
            parts.fragments[name] = on.name, body
            return f"...{name}{self._directive(chance, parts)}"
        return f"... on {on.name}{self._directive(chance, parts)} {body}"

    def _directive(self, chance: random.Random, parts: _Parts) -> str:
        if chance.random() > 0.08:
            return ""
        word = chance.choice(("skip", "include"))
        if chance.random() < 0.4:
            return f" @{word}(if: {chance.choice(('true', 'false'))})"
        name = f"c{chance.randrange(3)}"
        if name not in parts.variables:
            declared, values = chance.choice(
                (
                    ("Boolean!", (True, False)),
                    ("Boolean! = true", (True, False, ...)),
                    ("Boolean = false", (True, False, ..., ..., None)),
                )
            )
            parts.variables[name] = declared
            if (value := chance.choice(values)) is not ...:
                parts.values[name] = value
        return f" @{word}(if: ${name})"

    def _argument(self, name: str, argument: GraphQLArgument, chance: random.Random, parts: _Parts) -> str:
        required = isinstance(argument.type, GraphQLNonNull)
        if not required and chance.random() > (0.5 if name == "first" else 0.15):
            return ""
        value = self._value(name, argument.type, chance)
        if not required and chance.random() < 0.2:
            value = None
        kind = str(argument.type)
        key = f"v{len(parts.variables)}"
        parts.variables[key] = kind
        if not required and chance.random() < 0.2:
            parts.variables[key] += " = null"
            if chance.random() < 0.5:
                return f"{name}: ${key}"
        if required or chance.random() < 0.9:
            parts.values[key] = value
        return f"{name}: ${key}"

    def _value(self, name: str, kind: Any, chance: random.Random) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return self._value(name, kind.of_type, chance)
        if isinstance(kind, GraphQLList):
            return [self._value(name, kind.of_type, chance) for _ in range(chance.choice((0, 1, 1, 2)))]
        if isinstance(kind, GraphQLEnumType):
            return chance.choice(list(kind.values))
        if chance.random() < 0.03:
            return odd_json(chance)
        if (known := self.known.get(name) or SAMPLES.get(kind.name)) is not None:
            return chance.choice(known)
        return chance.choice(self.known.get(kind.name, ["xe", "Huế"]))
