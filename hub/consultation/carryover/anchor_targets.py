"""Targets of comments: the whole draft, a node, or a quotation inside a node. Pure.

A quotation is stored by both selectors of the W3C Web Annotation Data Model: the words with those around them
(TextQuoteSelector: `exact`, `prefix`, `suffix`) and their position (TextPositionSelector: `start`, `end`). The text is
that of `node_text` in NFC; positions count Unicode code points, and `end` is not included.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from hub.consultation.carryover.draft_text import Node, node_text
from hub.consultation.carryover.text_tokens import split_tokens
from hub.errors import InvalidInput
from hub.problem_texts.templates import fill

MAX_QUOTE = 5_000
"""Most characters of a quotation, as of a comment."""
CONTEXT = 32
"""Characters of `prefix` and of `suffix` that are stored; fewer at the ends of the node."""

_SPACES = re.compile(r"\s+")


class UnknownNode(InvalidInput):
    """The draft version that was commented on has no node with this `ref` or lineage."""

    code, title = "unknown_node", "The draft has no such node"


class QuoteNotFound(InvalidInput):
    """The quoted words do not stand in the node: neither at their position nor anywhere else in it."""

    code, title = "quote_not_found", "The quoted words are not in the node"


class QuoteAmbiguous(InvalidInput):
    """The quoted words stand in the node more than once, and neither position nor context says which are meant."""

    code, title = "quote_ambiguous", "The quoted words stand there more than once"


@dataclass(frozen=True)
class Quote:
    """Quoted words and their position in the text of a node."""

    exact: str
    start: int
    end: int
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class CommentTarget:
    """The part of a draft that a comment is about: without `ref` and `lineage` the whole draft."""

    ref: str | None = None
    lineage: str | None = None
    quote: Quote | None = None


def find_node(target: CommentTarget, nodes: Sequence[Node]) -> Node:
    """Return the node of a target, by its lineage if the nodes have one, else by its ref; raises `UnknownNode`."""
    if target.lineage is not None:
        for node in nodes:
            if node.get("lineage") == target.lineage:
                return node
    for node in nodes:
        if target.ref is not None and node["ref"] == target.ref:
            return node
    raise UnknownNode(fill("ref: the draft has no node `{ref}`", ref=target.ref or target.lineage), field="ref")


def check_target(target: CommentTarget, nodes: Sequence[Node]) -> CommentTarget:
    """Return a target as it is stored: with ref and lineage of its node, and the quotation with its true position.

    The words must stand at their position, or else be found in the same node, where context and then nearness decide
    between several places. White space may differ, for browsers join lines. Raises `UnknownNode`, `QuoteNotFound` or
    `QuoteAmbiguous`.
    """
    if target.ref is None and target.lineage is None:
        if target.quote is not None:
            raise UnknownNode("ref: a quotation needs the node that it stands in", field="ref")
        return target
    node = find_node(target, nodes)
    quote = None if target.quote is None else find_quote(target.quote, node_text(node))
    return CommentTarget(node["ref"], node.get("lineage"), quote)


def find_quote(quote: Quote, text: str) -> Quote:
    """Return a quotation with its position, words and context as they stand in a text."""
    exact, prefix, suffix = (unicodedata.normalize("NFC", part) for part in (quote.exact, quote.prefix, quote.suffix))
    if len(exact) > MAX_QUOTE:
        raise QuoteNotFound(
            fill("quote.exact: has more than {max_quote} characters", max_quote=MAX_QUOTE), field="quote.exact"
        )
    if not split_tokens(exact):
        raise QuoteNotFound("quote.exact: has no word", field="quote.exact")
    if text[quote.start : quote.end] == exact and quote.start >= 0:
        return quote_at(text, quote.start, quote.end)
    spans = _find_all(exact, text)
    if not spans:
        raise QuoteNotFound("quote.exact: does not stand in the node", field="quote.exact")
    rated = sorted((-_shared_context(text, span, prefix, suffix), abs(span[0] - quote.start), span) for span in spans)
    if len(rated) > 1 and rated[0][:2] == rated[1][:2]:
        raise QuoteAmbiguous("quote.exact: stands in the node more than once", field="quote.exact")
    return quote_at(text, *rated[0][2])


def quote_at(text: str, start: int, end: int) -> Quote:
    """Return the quotation of a range of a text, with its context."""
    return Quote(text[start:end], start, end, text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT])


def _find_all(exact: str, text: str) -> list[tuple[int, int]]:
    """Return the spans of a text that equal the words, but for white space."""
    words = [re.escape(word) for word in exact.split()]
    return [match.span() for match in re.finditer(r"\s+".join(words), text)]


def _shared_context(text: str, span: tuple[int, int], prefix: str, suffix: str) -> int:
    """Count the characters of the context that stand around a span, but for white space."""
    before, behind = (
        _squeeze(text[max(0, span[0] - 2 * CONTEXT) : span[0]]),
        _squeeze(text[span[1] : span[1] + 2 * CONTEXT]),
    )
    return _common_length(before[::-1], _squeeze(prefix)[::-1]) + _common_length(behind, _squeeze(suffix))


def _squeeze(text: str) -> str:
    return _SPACES.sub("", text)


def _common_length(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
