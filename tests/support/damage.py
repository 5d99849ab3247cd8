"""A generator of damage: fields of records and documents dropped, emptied, doubled, misspelt, mistyped, swapped."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DAMAGES = ("drop", "empty", "double", "misspell", "mistype", "swap")
Parts = list[tuple[str, str]]
"""The parts of a document in their order, each with its name: a line, an element, a column of a row."""


@dataclass(frozen=True)
class Variant:
    """A record, or the parts of a document, with one damage to one field."""

    field: str
    damage: str
    value: Any


def damage_record(record: Mapping[str, Any], fields: Sequence[str]) -> Iterator[Variant]:
    """Every damage to the fields that a record has; `articles.0.text` is a path.

    Misspelt is the name of the field. Mistyped is the value: a text becomes a number, everything else a text. A field
    is swapped with the next one that the record has, the last one with the first.
    """
    present = [field for field in fields if _holder(record, field) is not None]
    for position, field in enumerate(present):
        for damage in DAMAGES:
            damaged = copy.deepcopy(dict(record))
            _damage(damaged, field, damage, present[(position + 1) % len(present)])
            yield Variant(field, damage, damaged)


def _damage(record: dict[str, Any], field: str, damage: str, next_field: str) -> None:
    holder, name = _holder(record, field)
    value = holder[name]
    if damage == "drop":
        del holder[name]
    elif damage == "empty":
        holder[name] = type(value)() if isinstance(value, str | list | dict) else None
    elif damage == "double":
        holder[name] = (
            f"{value} {value}"
            if isinstance(value, str)
            else [*value, *value]
            if isinstance(value, list)
            else [value, value]
        )
    elif damage == "misspell":
        misspelt = misspell(name) if isinstance(name, str) else None
        if misspelt:
            holder[misspelt] = holder.pop(name)
    elif damage == "mistype":
        holder[name] = 7 if isinstance(value, str) else "bảy"
    else:
        other, other_name = _holder(record, next_field)
        holder[name], other[other_name] = other[other_name], value


def _holder(record: Any, field: str) -> Any:
    """The object that a path ends in, with the last step of the path; None where the record has no such field."""
    *steps, last = [int(step) if step.isdigit() else step for step in field.split(".")]
    for step in steps:
        try:
            record = record[step]
        except (KeyError, IndexError, TypeError):
            return None
    return (record, last) if isinstance(record, dict) and record.get(last) is not None else None


def damage_parts(parts: Parts, fields: Sequence[str]) -> Iterator[Variant]:
    """Every damage to the named parts of a document. Misspelt are the words of a part, mistyped is it by a number."""
    for field in fields:
        position = [name for name, _ in parts].index(field)
        other = position + 1 if position + 1 < len(parts) else position - 1
        text = parts[position][1]
        for damage in DAMAGES:
            damaged = list(parts)
            if damage == "drop":
                del damaged[position]
            elif damage == "double":
                damaged.insert(position, parts[position])
            elif damage == "swap":
                damaged[position] = (field, parts[other][1])
                damaged[other] = (parts[other][0], text)
            else:
                made = {"empty": "", "misspell": " ".join(map(misspell, text.split(" "))), "mistype": "12345"}
                damaged[position] = (field, made[damage])
            yield Variant(field, damage, damaged)


def misspell(word: str) -> str:
    """Swap two letters in the middle of a word, as hasty fingers do; short words stay."""
    middle = len(word) // 2
    if len(word) < 4 or not word[middle - 1 : middle + 1].isalpha():
        return word
    return word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
