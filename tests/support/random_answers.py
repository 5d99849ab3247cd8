"""Random values of the schema's types, as resolvers return them: mostly right, now and then null, odd or missing."""

import random
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    is_abstract_type,
    is_leaf_type,
)

from hub.domain.kinds import KINDS
from schema.dict_fields import dict_field
from schema.editions import CONTENT_KIND, CONTENT_TYPE_NAMES, CONTENT_UNION
from schema.types import TYPE_NAMES

NULL, MISSING, ODD = 0.15, 0.03, 0.002


class _Form(StrEnum):
    paper = "bản giấy"


def _fail() -> Any:
    raise RuntimeError("a member that cannot be read")


ODD_LEAVES: tuple[Any, ...] = (
    "",
    "Ủy ban",
    "\ud800",
    "12",
    "policy",
    _Form.paper,
    0,
    12,
    2**31,
    2**60,
    1.0,
    1.5,
    float("nan"),
    True,
    False,
    [],
    ["a"],
    {},
    {"a": None},
    b"bytes",
    ValueError("as a value"),
    _Form,
)
"""Values of any leaf; most types refuse most of them."""


class RandomObject(dict[str, Any]):
    """An object whose members are made when they are read; a member is the same whenever it is read."""

    def __init__(self, maker: "AnswerMaker", of: GraphQLObjectType, seed: str, given: dict[str, Any]) -> None:
        super().__init__(given)
        self._maker = maker
        self._of = of
        self.seed = seed

    def get(self, name: str, default: Any = None) -> Any:
        if name not in self:
            self[name] = self._maker.member(self._of, name, f"{self.seed}.{name}")
        found = self[name]
        return default if found is ... else found() if found is _fail else found


class AnswerMaker:
    """Makes values of types; the same seed gives the same value."""

    def __init__(self, schema: GraphQLSchema, odd: float = ODD) -> None:
        self.schema = schema
        self.odd = odd
        self._types = {
            (made.name, found.source_name): field.type
            for made in schema.type_map.values()
            if isinstance(made, GraphQLObjectType)
            for field in made.fields.values()
            if (found := dict_field(field)) is not None
        }

    def member(self, of: GraphQLObjectType, name: str, seed: str) -> Any:
        """Make a member; an ellipsis stands for one that is missing, as in views of before the field existed."""
        if (of.name, name) not in self._types:
            return ...
        kind = self._types[of.name, name]
        chance = random.Random(seed)  # noqa: S311 - no secret
        if chance.random() < self.odd / 4:
            return _fail
        is_later = not isinstance(kind, GraphQLNonNull) or isinstance(kind.of_type, GraphQLList)
        if chance.random() < (MISSING if is_later else self.odd):
            return ...
        return self.value(kind, seed, chance)

    def value(self, of: Any, seed: str, chance: random.Random) -> Any:
        """Make a value."""
        if chance.random() < self.odd:
            return chance.choice((None, *ODD_LEAVES))
        if isinstance(of, GraphQLNonNull):
            return self._present(of.of_type, seed, chance)
        return None if chance.random() < NULL else self._present(of, seed, chance)

    def _present(self, of: Any, seed: str, chance: random.Random) -> Any:
        if isinstance(of, GraphQLList):
            made = [self.value(of.of_type, f"{seed}.{n}", chance) for n in range(chance.choice((0, 1, 2, 3)))]
            return tuple(made) if chance.random() < 0.1 else made
        if is_leaf_type(of):
            return self._leaf(of, chance)
        if is_abstract_type(of):
            return self._abstract(of, seed, chance)
        return RandomObject(self, of, seed, {})

    def _leaf(self, of: Any, chance: random.Random) -> Any:
        if isinstance(of, GraphQLEnumType):
            return chance.choice(list(of.values.values())).value
        makers: dict[str, Callable[[], Any]] = {
            "Int": lambda: chance.choice((0, 7, -3, 1_000_000, True)),
            "Long": lambda: chance.choice((0, 2**40)),
            "Float": lambda: chance.choice((0.5, 3)),
            "Boolean": lambda: chance.choice((True, False)),
            "ID": lambda: chance.choice(("3f1c", "m-12", 12)),
            "JSON": lambda: chance.choice(({"đơn vị": [1, None]}, ["a"], "văn bản", 3, False)),
        }
        text = lambda: chance.choice(("Kế hoạch", "so-xay-dung", "", "x" * 50, "Đường 🚧 Lê Lợi", _Form.paper))  # noqa: E731
        return makers.get(of.name, text)()

    def _abstract(self, of: Any, seed: str, chance: random.Random) -> Any:
        made = chance.choice(self.schema.get_possible_types(of))
        given: dict[str, Any] = {}
        if of.name == CONTENT_UNION:
            given = {CONTENT_KIND: next(kind for kind, name in CONTENT_TYPE_NAMES.items() if name == made.name)}
        elif made.name == "Refusal":
            given = {"code": "four_eyes", "status": 409, "detail": "Người khác phải duyệt."}
        elif made.name in TYPE_NAMES.values():
            given = {"kind": next(kind for kind in KINDS if TYPE_NAMES[kind] == made.name)}
        if chance.random() < self.odd:
            given = {"kind": "unknown", CONTENT_KIND: None}
        return RandomObject(self, made, seed, given)
