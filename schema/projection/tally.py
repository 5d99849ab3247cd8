"""Notes of the projection of one value: the bytes of its answer, and fields that are resolved afterwards."""

from typing import Any, NamedTuple

import orjson

from schema.limits.answer_size import FIELD_BYTES


class LateField(NamedTuple):
    """A field with a resolver of its own, whose place in the answer is kept."""

    answer: dict[str, Any]
    key: str
    source: Any
    member: Any
    """The compiled field: its resolver, and the projection of what that returns."""


class Tally:
    """Leaves of one projected value; they are counted at the end, by few calls for all of them."""

    __slots__ = ("_json_bytes", "late", "texts")

    def __init__(self) -> None:
        self.texts: list[str] = []
        """Each leaf that is counted by its text; empty for numbers and booleans."""
        self.late: list[LateField] = []
        """Fields to resolve, all at once: their loaders read the facts of a whole page by one statement."""
        self._json_bytes = 0

    def add(self, value: Any) -> None:
        """Add a leaf of any type."""
        if isinstance(value, str):
            self.texts.append(value)
        elif isinstance(value, dict | list):
            self._json_bytes += len(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS))
        else:
            self.texts.append("")

    def count(self) -> int:
        """Count the bytes. Raises `UnicodeEncodeError` for a text with half of a surrogate pair."""
        return FIELD_BYTES * len(self.texts) + sum(map(len, map(str.encode, self.texts))) + self._json_bytes
