"""A query's words as Postgres' full text takes them, with everything that means the same: pure."""

from collections.abc import Mapping, Sequence

from search.highlight import BEGINNING

Phrase = tuple[str, ...]
Known = Mapping[Phrase, Sequence[Phrase]]

LONGEST_TERM = 8
"""Words of the longest term that is looked up."""


def terms(folded: str) -> list[str]:
    """The words of a folded query as the texts' parser separates them."""
    return "".join(char if char.isalnum() else " " for char in folded).split()


def tsquery(words: Sequence[str], known: Known, *, every: bool) -> str:
    """All the words (`every`), or any of them; the last one also as a beginning. Empty without words.

    Where words of the query are a term, its other meanings count as well, as phrases. The longest term wins.
    """
    groups: list[str] = []
    joint = " & " if every else " | "
    place = 0
    while place < len(words):
        size, others = _longest(words[place:], known)
        own = [_word(word, last=place + at == len(words) - 1) for at, word in enumerate(words[place : place + size])]
        group = joint.join(own)
        if others:
            group = f"(({group}) | {' | '.join(_phrase(other) for other in others)})"
        groups.append(group)
        place += size
    return joint.join(groups)


def _longest(words: Sequence[str], known: Known) -> tuple[int, Sequence[Phrase]]:
    for size in range(min(LONGEST_TERM, len(words)), 0, -1):
        if others := known.get(tuple(words[:size])):
            return size, others
    return 1, ()


def _word(word: str, *, last: bool) -> str:
    return f"'{word}':*" if last and len(word) >= BEGINNING else f"'{word}'"


def _phrase(words: Phrase) -> str:
    parts = [f"'{word}'" for word in terms(" ".join(words))]
    return f"({' <-> '.join(parts)})"
