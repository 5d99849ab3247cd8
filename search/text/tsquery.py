"""Conversion of a query's words to a full-text query (`tsquery`) of Postgres, with their synonyms. Pure."""

from collections.abc import Mapping, Sequence

from search.text.highlight import MIN_PREFIX_LETTERS, Phrase

FoldedSynonyms = Mapping[Phrase, Sequence[Phrase]]

MAX_TERM_WORDS = 8
"""Words of the longest term that synonyms are looked up for."""


def tokenize(folded: str) -> list[str]:
    """Split a folded query into words as Postgres' parser splits the texts."""
    return "".join(char if char.isalnum() else " " for char in folded).split()


def build_tsquery(words: Sequence[str], synonyms: FoldedSynonyms, *, every: bool) -> str:
    """Build a query for all of the words (`every`) or any of them, the last one also as a prefix; empty without words.

    Where words of the query are a term with synonyms, these match as well, as phrases. The longest term wins.
    """
    groups: list[str] = []
    joint = " & " if every else " | "
    parts = _split_terms(words, synonyms)
    for number, (own, others) in enumerate(parts, start=1):
        written = [_word(word, last=number == len(parts) and at == len(own)) for at, word in enumerate(own, start=1)]
        group = joint.join(written)
        groups.append(f"(({group}) | {' | '.join(_phrase(other) for other in others)})" if others else group)
    return joint.join(groups)


def synonym_phrases(words: Sequence[str], synonyms: FoldedSynonyms) -> tuple[Phrase, ...]:
    """Return the synonyms of the terms among the words."""
    return tuple(
        dict.fromkeys(
            tuple(tokenize(" ".join(other))) for _, others in _split_terms(words, synonyms) for other in others
        )
    )


def _split_terms(words: Sequence[str], synonyms: FoldedSynonyms) -> list[tuple[Phrase, Sequence[Phrase]]]:
    """Split the words into the longest terms with synonyms, and single words, in order."""
    found: list[tuple[Phrase, Sequence[Phrase]]] = []
    place = 0
    while place < len(words):
        for size in range(min(MAX_TERM_WORDS, len(words) - place), 0, -1):
            own = tuple(words[place : place + size])
            if (others := synonyms.get(own, ())) or size == 1:
                found.append((own, others))
                place += size
                break
    return found


def _word(word: str, *, last: bool) -> str:
    return f"'{word}':*" if last and len(word) >= MIN_PREFIX_LETTERS else f"'{word}'"


def _phrase(words: Phrase) -> str:
    parts = [f"'{word}'" for word in tokenize(" ".join(words))]
    return f"({' <-> '.join(parts)})"
