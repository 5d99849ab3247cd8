"""Reading a whole document: head, preamble, parts, end and annexes, with a confidence for each field."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hub.legal.aligned_text import Letters
from hub.legal.citations.types import SURE, Citation
from hub.legal.document.annexes import annex_starts, read_annex
from hub.legal.document.capitals import as_sentence
from hub.legal.document.closing import Ending, Signature, find_ending, read_ending
from hub.legal.document.effect import Effect, read_effect
from hub.legal.document.heading import Head, head_start, is_head_line, read_head
from hub.legal.document.lines import Line, lines_of
from hub.legal.document.preamble import Preamble, read_preamble
from hub.legal.document.quotes import quoted
from hub.legal.document.structure import Node, Structure, structured
from hub.legal.document.summary import agencies, check, issued, type_of
from hub.legal.doubt import Doubt
from hub.legal.refs import Refs, ref_part


@dataclass(frozen=True)
class LegalDocument:
    """What a document says of itself; None and empty where it does not.

    `bases` are the paragraphs `Căn cứ …` and the like, `ends` the documents that it replaces or ends. `nodes` are as
    `TextNode` takes them. `confidence` has a value from 0 to 1 for each field that was read; one below `SURE`, and
    what is missing that every document has, is a doubt.
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
    ends: tuple[Citation, ...]
    nodes: tuple[dict[str, Any], ...]
    confidence: dict[str, float] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()


def is_official(text: str) -> bool:
    """Whether a text is a document in official layout, rather than an article about one."""
    return head_start(lines_of(text)) is not None


def read_document(text: str) -> LegalDocument:
    """Read a document in official layout. What stands above its head (menus of a page) is left out."""
    lines = lines_of(text)
    start = head_start(lines) or 0
    head = read_head(lines, start)
    inside, _ = quoted(lines)
    at = find_ending(lines, head.end, inside)
    preamble = read_preamble(lines, head.end, len(lines) if at is None else at)
    main = _Main(lines, preamble.end, inside)
    refs = Refs()
    nodes = [_paragraph(refs, n, paragraph) for n, paragraph in enumerate(preamble.paragraphs, start=1)]
    body = structured(lines[preamble.end : main.body_end], refs, paragraphs=len(nodes))
    nodes += body.nodes
    unsure = list(body.unsure)
    if main.ending is not None and main.ending.unread:
        unsure.append(f"These lines of the end are neither recipient nor signature: {'; '.join(main.ending.unread)}.")
    if main.unlabelled:
        unsure.append("What stands behind the signature has no label of an annex.")
    for place, (first, last) in enumerate(main.annexes, start=1):
        added, why = _annex(lines, first, last, place, refs)
        nodes += added
        unsure += why
    stored = tuple(node.stored() for node in nodes)
    return _document(
        text,
        head,
        preamble,
        main.ending,
        stored,
        [part["text"] for part in stored[: len(preamble.paragraphs) + len(body.nodes)] if "text" in part],
        unsure,
    )


class _Main:
    """Where the parts of the main text end, its end stands, and the annexes are."""

    def __init__(self, lines: Sequence[Line], start: int, inside: Sequence[bool]) -> None:
        at = find_ending(lines, start, inside)
        annexes = annex_starts(lines, start, inside)
        # Annexes stand behind the signature; `Phụ lục 1` before it is a line of the text.
        early = annexes[0] if at is None and annexes else None
        self.ending: Ending | None = read_ending(lines, at) if at is not None else None
        self.body_end = at if at is not None else early if early is not None else len(lines)
        behind = self.ending.end if self.ending else self.body_end
        starts = [place for place in annexes if place >= behind]
        self.unlabelled = _unlabelled(lines, behind, starts[0] if starts else len(lines))
        if self.unlabelled:
            starts.insert(0, behind)
        self.annexes = [*zip(starts, [*starts[1:], len(lines)], strict=False)]


def _unlabelled(lines: Sequence[Line], start: int, end: int) -> bool:
    """Whether an annex without a label begins at `start`; a repeated head above a label is none."""
    return any(not is_head_line(lines[place]) for place in range(start, end))


def _paragraph(refs: Refs, count: int, text: str) -> Node:
    return Node(refs.take(ref_part("doan", str(count))), None, "paragraph", None, text=[text])


def _annex(lines: Sequence[Line], start: int, end: int, place: int, refs: Refs) -> tuple[list[Node], tuple[str, ...]]:
    annex = read_annex(lines, start, end)
    inside, _ = quoted(lines[annex.body : end])
    own = lines[annex.body : end]
    at = find_ending(own, 0, inside)
    at = at if at is not None and len(own) - at < 30 else None
    ref = refs.take(ref_part("phu-luc", annex.number or str(place)))
    node = Node(ref, None, "annex", None, annex.number, annex.label, [annex.heading] if annex.heading else [])
    node.text += annex.note
    body: Structure = structured(own[:at], refs, ref)
    nodes = [node, *body.nodes]
    while len(nodes) > 1 and nodes[1].type == "paragraph":
        node.text += nodes.pop(1).text
    if at is not None:
        tail = [line.text for line in own[at:]]
        nodes.append(Node(refs.take(f"{ref}/ky"), ref, "paragraph", None, text=tail))
    return nodes, body.unsure


def _document(
    text: str,
    head: Head,
    preamble: Preamble,
    ending: Ending | None,
    nodes: tuple[dict[str, Any], ...],
    paragraphs: list[str],
    unsure: list[str],
) -> LegalDocument:
    on = issued(head, paragraphs)
    effect: Effect = read_effect(paragraphs, on)
    issuers, parent = agencies(head, text)
    doc_type = type_of(head)
    title = as_sentence(_about(" ".join(head.title)), text) if head.title else None
    signers = ending.signatures if ending else ()
    confidence, doubts = check(head, doc_type, title, issuers, on, effect, signers, nodes, unsure)
    doubts += [
        Doubt(name, f"The {name} is read with {sure:.0%} confidence.", "the usual way to write it")
        for name, sure in confidence.items()
        if sure < SURE and name not in {doubt.field for doubt in doubts}
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
        recipients=ending.recipients if ending else (),
        bases=preamble.bases,
        ends=effect.ends,
        nodes=nodes,
        confidence=confidence,
        doubts=tuple(doubts),
    )


def _about(title: str) -> str:
    """A title without `V/v` or `Về việc` before it."""
    found = re.match(r"(?:v ?/ ?v|ve viec|vv)(?![^\W_])[ :.]*", Letters(title).bare)
    rest = title[found.end() :].strip() if found else title
    return rest[:1].upper() + rest[1:]
