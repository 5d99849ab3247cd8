"""Parser of a whole document: header, preamble, parts, closing and annexes, with a confidence for each field."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hub.legal.aligned_text import AlignedText
from hub.legal.citations.types import MIN_CONFIDENCE, Citation
from hub.legal.document.annexes import find_annexes, parse_annex
from hub.legal.document.capitals import to_sentence_case
from hub.legal.document.closing import Closing, Signature, find_closing, parse_closing
from hub.legal.document.effect import Effect, parse_effect
from hub.legal.document.header import Header, find_header, is_header_line, parse_header
from hub.legal.document.label_sequence import NodeBuilder
from hub.legal.document.lines import LayoutLine, split_lines
from hub.legal.document.preamble import Preamble, parse_preamble
from hub.legal.document.quotes import find_quoted_lines
from hub.legal.document.structure import Structure, build_structure
from hub.legal.document.summary import agencies, assess_confidence, document_type, issue_date
from hub.legal.doubt import Doubt
from hub.legal.refs import RefAllocator, ref_part


@dataclass(frozen=True)
class LegalDocument:
    """The facts that a document states about itself; None or empty without one.

    `bases` are the paragraphs `Căn cứ …` and similar ones, `repeals` the documents that it replaces or repeals. `nodes`
    are input of `TextNode`. `confidence` has a value from 0 to 1 for each parsed field. A field below `MIN_CONFIDENCE`
    has a doubt, and so has a missing one that every document needs.
    """

    number: str | None
    type: str | None
    title: str | None
    issuers: tuple[str, ...]
    parent_agency: str | None
    place: str | None
    issued_on: date | None
    effective_on: date | None
    last_day: date | None
    signers: tuple[Signature, ...]
    recipients: tuple[str, ...]
    bases: tuple[str, ...]
    repeals: tuple[Citation, ...]
    nodes: tuple[dict[str, Any], ...]
    confidence: dict[str, float] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()


def is_official(text: str) -> bool:
    """True for a document in official layout, as opposed to an article about one."""
    return find_header([line.without_marks for line in split_lines(text)]) is not None


def parse_document(text: str) -> LegalDocument:
    """Parse a document in official layout. Lines above its header (menus of a page) are ignored."""
    lines = split_lines(text)
    without_marks = [line.without_marks for line in lines]
    head = parse_header(without_marks, find_header(without_marks) or 0)
    inside, _ = find_quoted_lines(lines)
    at = find_closing(without_marks, head.end, inside)
    preamble = parse_preamble(lines, head.end, len(lines) if at is None else at)
    main = _MainText(lines, preamble.end, inside)
    refs = RefAllocator()
    nodes = [_paragraph_node(refs, n, paragraph) for n, paragraph in enumerate(preamble.paragraphs, start=1)]
    body = build_structure(lines[preamble.end : main.body_end], refs, paragraphs=len(nodes))
    nodes += body.nodes
    warnings = list(body.warnings)
    if main.closing is not None and main.closing.unparsed:
        warnings.append(
            f"These lines of the closing are neither recipient nor signature: {'; '.join(main.closing.unparsed)}."
        )
    if main.has_unlabelled_annex:
        warnings.append("The text after the signature has no label of an annex.")
    for place, (first, last) in enumerate(main.annexes, start=1):
        added, why = _annex_nodes(lines, first, last, place, refs)
        nodes += added
        warnings += why
    stored = tuple(node.to_text_node() for node in nodes)
    return _build_document(
        text,
        head,
        preamble,
        main.closing,
        stored,
        [part["text"] for part in stored[: len(preamble.paragraphs) + len(body.nodes)] if "text" in part],
        warnings,
    )


class _MainText:
    """Positions of the main text: the end of its body, its closing, and the annexes."""

    def __init__(self, lines: Sequence[LayoutLine], start: int, inside: Sequence[bool]) -> None:
        without_marks = [line.without_marks for line in lines]
        at = find_closing(without_marks, start, inside)
        annexes = find_annexes(lines, start, inside)
        # Annexes follow the signature; `Phụ lục 1` before it is a line of the text.
        early = annexes[0] if at is None and annexes else None
        self.closing: Closing | None = parse_closing(without_marks, at) if at is not None else None
        self.body_end = at if at is not None else early if early is not None else len(lines)
        after = self.closing.end if self.closing else self.body_end
        starts = [place for place in annexes if place >= after]
        self.has_unlabelled_annex = _has_unlabelled_annex(without_marks, after, starts[0] if starts else len(lines))
        if self.has_unlabelled_annex:
            starts.insert(0, after)
        self.annexes = [*zip(starts, [*starts[1:], len(lines)], strict=False)]


def _has_unlabelled_annex(lines: Sequence[LayoutLine], start: int, end: int) -> bool:
    """True when an annex without a label begins at `start`, as opposed to a repeated header above a label."""
    return any(not is_header_line(lines[place]) for place in range(start, end))


def _paragraph_node(refs: RefAllocator, count: int, text: str) -> NodeBuilder:
    return NodeBuilder(refs.allocate(ref_part("doan", str(count))), None, "paragraph", None, text=[text])


def _annex_nodes(
    lines: Sequence[LayoutLine], start: int, end: int, place: int, refs: RefAllocator
) -> tuple[list[NodeBuilder], tuple[str, ...]]:
    annex = parse_annex(lines, start, end)
    inside, _ = find_quoted_lines(lines[annex.body : end])
    own = lines[annex.body : end]
    at = find_closing([line.without_marks for line in own], 0, inside)
    at = at if at is not None and len(own) - at < 30 else None
    ref = refs.allocate(ref_part("phu-luc", annex.number or str(place)))
    node = NodeBuilder(ref, None, "annex", None, annex.number, annex.label, [annex.heading] if annex.heading else [])
    node.text += annex.note
    body: Structure = build_structure(own[:at], refs, ref)
    nodes = [node, *body.nodes]
    while len(nodes) > 1 and nodes[1].type == "paragraph":
        node.text += nodes.pop(1).text
    if at is not None:
        tail = [line.text for line in own[at:]]
        nodes.append(NodeBuilder(refs.allocate(f"{ref}/ky"), ref, "paragraph", None, text=tail))
    return nodes, body.warnings


def _build_document(
    text: str,
    head: Header,
    preamble: Preamble,
    closing: Closing | None,
    nodes: tuple[dict[str, Any], ...],
    paragraphs: list[str],
    warnings: list[str],
) -> LegalDocument:
    on = issue_date(head, paragraphs)
    effect: Effect = parse_effect(paragraphs, on)
    issuers, parent = agencies(head, text)
    doc_type = document_type(head)
    title = to_sentence_case(_strip_subject_prefix(" ".join(head.title)), text) if head.title else None
    signers = closing.signatures if closing else ()
    confidence, doubts = assess_confidence(head, doc_type, title, issuers, on, effect, signers, nodes, warnings)
    doubts += [
        Doubt(name, f"The {name} was parsed with {sure:.0%} confidence.", "the usual way to write it")
        for name, sure in confidence.items()
        if sure < MIN_CONFIDENCE and name not in {doubt.field for doubt in doubts}
    ]
    return LegalDocument(
        number=head.number,
        type=doc_type,
        title=title,
        issuers=issuers,
        parent_agency=parent,
        place=head.place,
        issued_on=on,
        effective_on=effect.on,
        last_day=effect.until,
        signers=signers,
        recipients=closing.recipients if closing else (),
        bases=preamble.bases,
        repeals=effect.repeals,
        nodes=nodes,
        confidence=confidence,
        doubts=tuple(doubts),
    )


def _strip_subject_prefix(title: str) -> str:
    """Remove `V/v` or `Về việc` from the beginning of a title."""
    found = re.match(r"(?:v ?/ ?v|ve viec|vv)(?![^\W_])[ :.]*", AlignedText(title).bare)
    rest = title[found.end() :].strip() if found else title
    return rest[:1].upper() + rest[1:]
