"""The shape of the question index: its fields, and the terms of a passage. Pure.

One field holds all terms of a passage, those of title and heading twice: the best of plain BM25 over it contain the
best of the ranking that follows (`search.ranking.bm25`), and one field costs a third of three. Another holds the terms
of heading and text: among hundreds of thousands of passages, one that says in its text what is asked has many with a
better title before it. Each field exists with diacritics and without, as questions are typed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

import tantivy

from search.text.syllables import syllables

SHAPE_VERSION = 2
"""Version of the shape; an index of another one is rebuilt."""

VIEW, PART, SEQ, STATE = "view", "part", "seq", "state"
MARKED, PLAIN = "marked", "plain"
MARKED_TEXT, PLAIN_TEXT = "marked_text", "plain_text"
"""Terms of heading and text. Document frequencies are those of this field: a word of a title is not common because a
law has many articles."""
CONTEXT_LENGTH, HEADING_LENGTH, BODY_LENGTH = "context_length", "heading_length", "body_length"

MARKER_VIEW = "marker"
"""Value of `view` of the document that states the position of the index; views are `uuid_lang`."""

CONTEXT_TIMES = HEADING_TIMES = 2
"""Times that the terms of title and heading count."""

_WORDS = "words"


@dataclass(frozen=True, slots=True)
class PassageTexts:
    """A passage as it is indexed: the title of its document, its heading and its text."""

    part: int
    context: str
    heading: str
    body: str


def view_key(document_id: UUID | str, lang: str) -> str:
    return f"{document_id}_{lang}"


def parse_view_key(key: str) -> tuple[UUID, str]:
    document, _, lang = key.rpartition("_")
    return UUID(document), lang


def build_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(VIEW, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(STATE, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field(PART, stored=True)
    builder.add_unsigned_field(SEQ, stored=True)
    for field in (MARKED, PLAIN, MARKED_TEXT, PLAIN_TEXT):
        builder.add_text_field(field, tokenizer_name=_WORDS, index_option="freq")
    for field in (CONTEXT_LENGTH, HEADING_LENGTH, BODY_LENGTH):
        builder.add_unsigned_field(field, fast=True)
    return builder.build()


def register_analyzer(index: tantivy.Index) -> None:
    """Register the analyzer of the fields of terms, which are given as terms separated by spaces."""
    index.register_tokenizer(_WORDS, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())


def encode_term(term: str) -> str:
    """Write a syllable or pair as one word of the index."""
    return term.replace(" ", "_")


def _terms(words: Sequence[str]) -> str:
    # The pairs as `encode_term` writes them; syllables have no spaces.
    return " ".join((*words, *(f"{one}_{other}" for one, other in pairwise(words))))


def build_document(key: str, seq: int, passage: PassageTexts) -> tantivy.Document:
    """Build the index document of a passage of the view `key` that became public at `seq`."""
    document = tantivy.Document()
    document.add_text(VIEW, key)
    document.add_unsigned(PART, passage.part)
    document.add_unsigned(SEQ, seq)
    for weighted, plain_terms, diacritics in ((MARKED, MARKED_TEXT, True), (PLAIN, PLAIN_TEXT, False)):
        parts = [
            syllables(part, with_diacritics=diacritics) for part in (passage.context, passage.heading, passage.body)
        ]
        context, heading, body = map(_terms, parts)
        document.add_text(weighted, " ".join(_repeat(context, heading, body)))
        document.add_text(plain_terms, f"{heading} {body}")
        if diacritics:
            for field, words in zip((CONTEXT_LENGTH, HEADING_LENGTH, BODY_LENGTH), parts, strict=True):
                document.add_unsigned(field, len(words))
    return document


def _repeat(context: str, heading: str, body: str) -> Iterable[str]:
    return (*[context] * CONTEXT_TIMES, *[heading] * HEADING_TIMES, body)


def build_marker(state: str) -> tantivy.Document:
    """Build the document that states the position of the index."""
    document = tantivy.Document()
    document.add_text(VIEW, MARKER_VIEW)
    document.add_text(STATE, state)
    return document
