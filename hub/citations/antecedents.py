"""Short numbers, completed by the same text: `Nghị định 30` stands for the decree that it names in full elsewhere."""

from collections.abc import Sequence
from dataclasses import replace

from hub.citations.mentions import Mention

CONFIDENCE = 0.8
"""Confidence of a number that was completed."""


def complete_short_numbers(found: Sequence[Mention]) -> list[Mention]:
    """Complete short numbers: `Nghị định 30` means `Nghị định số 30/2020/NĐ-CP` if the view mentions only that one."""
    antecedents: dict[tuple[str | None, str | None], set[tuple[str, int | None]]] = {}
    for mention in found:
        one = mention.citation
        if one.number_key:
            antecedents.setdefault((one.type, one.serial), set()).add((one.number_key, one.year))
    completed = []
    for mention in found:
        one = mention.citation
        possible = antecedents.get((one.type, one.serial), set()) if one.serial and not one.number_key else set()
        possible = {(key, year) for key, year in possible if one.year in (None, year)}
        if len(possible) == 1:
            key, year = possible.pop()
            confidence = one.confidence | {"number": max(CONFIDENCE, one.confidence.get("number", 0.0))}
            mention = replace(mention, citation=replace(one, number_key=key, year=year, confidence=confidence))
        completed.append(mention)
    return completed
