"""Phrases in quotation marks, the only operator that a query has; every other sign in it is a reader's. Pure.

Meilisearch takes a hyphen before a word for an exclusion, so it is given none (`phòng -chống tham nhũng` are words).
"""

import re
from collections.abc import Iterator

from search.text.tsquery import tokenize

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»〝〞＂", '"'))
_BEFORE_WORD = re.compile(r"(?<!\S)[^\w\s]++")


def quoted_phrases(text: str) -> list[str]:
    """Return the phrases between pairs of double quotation marks of any form, those with at least one word."""
    return [part for part, is_phrase in _split(text) if is_phrase and any(map(str.isalnum, part))]


def without_operators(text: str) -> str:
    """Return a query as Meilisearch reads it: words without signs before them, and phrases in straight marks."""
    parts = [
        (f'"{words}"' if is_phrase else words)
        for part, is_phrase in _split(text)
        if (words := " ".join(_BEFORE_WORD.sub(" ", part).split()))
    ]
    return " ".join(parts)


def _split(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a text, True for those between two quotation marks; a mark without a second one is a sign."""
    parts = text.translate(_QUOTES).split('"')
    for number, part in enumerate(parts):
        yield part, number % 2 == 1 and number < len(parts) - 1


def phrase_condition(phrases: list[str]) -> str:
    """Return the conditions of a tsquery that texts hold these folded phrases; empty without any."""
    found = [" <-> ".join(f"'{word}'" for word in tokenize(phrase)) for phrase in phrases]
    return "".join(f" & ({phrase})" for phrase in found if phrase)
