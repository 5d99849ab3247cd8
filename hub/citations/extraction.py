"""Extraction of the citations of a full view, and of the catalogue entry of a policy: pure."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

import orjson

from hub.domain.kinds.html import html_to_text
from hub.legal.citations.parser import Citation, CitationContext, find_citations
from hub.legal.citations.provisions import CitedProvision
from hub.legal.citations.resolver import CatalogueEntry
from hub.legal.citations.types import CitationKind
from hub.legal.doubt import Doubt

LANG = "vi"
"""The language of the grammar."""

FullView = Mapping[str, Any]


@dataclass(frozen=True)
class Mention:
    """A citation and the text of the view that holds it. Offsets count the characters of that text in NFC."""

    place: int
    field: str
    ref: str | None
    citation: Citation


def iter_texts(full: FullView) -> Iterator[tuple[str, str | None, str]]:
    """Every text of a full view in reading order as (field, node, text). The body of a bulletin becomes plain text."""
    for field in ("title", "summary", "lead", "occasion", "explanatory_note"):
        if full.get(field):
            yield field, None, full[field]
    if full["kind"] == "bulletin":
        yield "body", None, html_to_text(full["body"])
    elif full.get("text"):
        yield "text", None, full["text"]
    for number, answer in enumerate(full.get("answers") or (), start=1):
        yield f"answers.{number}.question", None, answer["question"]
        yield f"answers.{number}.answer", None, answer["answer"]
    for node in full.get("nodes") or ():
        for field in ("heading", "text"):
            if node[field]:
                yield field, node["ref"], node[field]


def extract_mentions(full: FullView) -> list[Mention]:
    """Extract every citation of a full view in reading order; `amends` is the `place` of the amended one."""
    found: list[Mention] = []
    own_type = full.get("type")
    for field, ref, text in iter_texts(full):
        before = len(found)
        for citation in find_citations(text, CitationContext(type=own_type, node=ref)):
            amended = None if citation.amends is None else before + citation.amends + 1
            found.append(Mention(len(found) + 1, field, ref, replace(citation, amends=amended)))
    return _with_antecedents(found)


def extract_packed(body: bytes) -> list[dict[str, Any]]:
    """Extract from a JSON list of full views: the refs of the nodes and the mentions of each. For `hub.sandbox`."""
    return [
        {
            "refs": [node["ref"] for node in full.get("nodes") or ()],
            "mentions": [asdict(mention) for mention in extract_mentions(full)],
        }
        for full in orjson.loads(body)
    ]


def unpack_mention(packed: Mapping[str, Any]) -> Mention:
    """Rebuild a mention from the JSON that the sandbox returned."""
    citation = packed["citation"]
    return Mention(
        **{
            **packed,
            "citation": Citation(
                **{
                    **citation,
                    "kind": CitationKind(citation["kind"]),
                    "dates": tuple(map(date.fromisoformat, citation["dates"])),
                    "nodes": tuple(CitedProvision(**node) for node in citation["nodes"]),
                    "doubts": tuple(Doubt(**doubt) for doubt in citation["doubts"]),
                }
            ),
        }
    )


def _with_antecedents(found: list[Mention]) -> list[Mention]:
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
            confidence = one.confidence | {"number": max(_ANTECEDENT_CONFIDENCE, one.confidence.get("number", 0.0))}
            mention = replace(mention, citation=replace(one, number_key=key, year=year, confidence=confidence))
        completed.append(mention)
    return completed


_ANTECEDENT_CONFIDENCE = 0.8


def catalogue_entry(full: FullView) -> CatalogueEntry:
    """The catalogue entry of a policy, from its full view."""
    issuers = tuple(issuer["name"] for issuer in full["issuers"])
    issued_on = date.fromisoformat(full["issued_on"])
    return CatalogueEntry(str(full["id"]), full["number"], full["type"], full["title"], issuers, issued_on)


def resolve_refs(citation: Citation, refs: frozenset[str], node: str | None = None) -> list[str]:
    """Resolve the cited parts to nodes of a document that has `refs`: the nearest existing ones, each once.

    `node` is the one that holds the sentence, for `khoản 2 Điều này`. Parts of a text that was published with the
    document (`attached`) are looked up in its annexes.
    """
    found: dict[str, None] = {}
    for part in citation.nodes:
        for stated in (part.ref, part.to):
            ref = _absolute_ref(part, stated, node) if stated is not None else None
            nearest = _nearest_ref(ref, refs, annexed=citation.attached is not None) if ref else None
            if nearest is not None:
                found[nearest] = None
    return list(found)


def _absolute_ref(part: CitedProvision, stated: str, node: str | None) -> str | None:
    """The path of a relative part: `khoan-2` below the `dieu` that holds the sentence. None without such a parent."""
    if part.below is None:
        return stated
    above: list[str] = []
    for step in (node or "").split("/"):
        above.append(step)
        if step.rpartition("-")[0] == part.below:
            return "/".join([*above, stated] if stated else above)
    return None


def _nearest_ref(ref: str, refs: frozenset[str], *, annexed: bool) -> str | None:
    """The node itself, or its nearest ancestor that exists."""
    inside = _annex_refs(refs) if annexed else {}
    while ref:
        found = inside.get(ref) if annexed else ref if ref in refs else None
        if found is not None:
            return found
        ref = ref.rpartition("/")[0]
    return None


@lru_cache(maxsize=64)
def _annex_refs(refs: frozenset[str]) -> dict[str, str | None]:
    """Nodes below an annex by the path inside it; None where several annexes have the same path."""
    found: dict[str, str | None] = {}
    for ref in refs:
        annex, _, inside = ref.partition("/")
        if inside and annex.startswith("phu-luc"):
            found[inside] = None if inside in found else ref
    return found
