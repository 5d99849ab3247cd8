"""A query's words as Postgres' full text takes them, with everything that means the same: pure."""

from collections.abc import Mapping, Sequence

from search.text.highlight import BEGINNING

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
    parts = _parts(words, known)
    for number, (own, others) in enumerate(parts, start=1):
        written = [_word(word, last=number == len(parts) and at == len(own)) for at, word in enumerate(own, start=1)]
        group = joint.join(written)
        groups.append(f"(({group}) | {' | '.join(_phrase(other) for other in others)})" if others else group)
    return joint.join(groups)


def meant(words: Sequence[str], known: Known) -> tuple[Phrase, ...]:
    """What the terms among the words mean beside themselves."""
    return tuple(dict.fromkeys(tuple(terms(" ".join(other))) for _, others in _parts(words, known) for other in others))


def _parts(words: Sequence[str], known: Known) -> list[tuple[Phrase, Sequence[Phrase]]]:
    """The words in order, each longest term with its other meanings, all other words by themselves."""
    found: list[tuple[Phrase, Sequence[Phrase]]] = []
    place = 0
    while place < len(words):
        for size in range(min(LONGEST_TERM, len(words) - place), 0, -1):
            own = tuple(words[place : place + size])
            if (others := known.get(own, ())) or size == 1:
                found.append((own, others))
                place += size
                break
    return found


def _word(word: str, *, last: bool) -> str:
    return f"'{word}':*" if last and len(word) >= BEGINNING else f"'{word}'"


def _phrase(words: Phrase) -> str:
    parts = [f"'{word}'" for word in terms(" ".join(words))]
    return f"({' <-> '.join(parts)})"
