"""Extraction of the citations of a full view, and of the catalogue entry of a policy: pure."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import orjson

from hub.citations.antecedents import complete_short_numbers
from hub.citations.mentions import Mention
from hub.domain.kinds.html import html_to_text
from hub.legal.citations.parser import CitationContext, find_citations
from hub.legal.citations.resolver import CatalogueEntry

LANG = "vi"
"""The language of the grammar."""

FullView = Mapping[str, Any]


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
    return complete_short_numbers(found)


def extract_packed(body: bytes) -> list[dict[str, Any]]:
    """Extract from a JSON list of full views: the refs of the nodes and the mentions of each. For `hub.sandbox`."""
    return [
        {
            "refs": [node["ref"] for node in full.get("nodes") or ()],
            "mentions": [asdict(mention) for mention in extract_mentions(full)],
        }
        for full in orjson.loads(body)
    ]


def catalogue_entry(full: FullView) -> CatalogueEntry:
    """The catalogue entry of a policy, from its full view."""
    issuers = tuple(issuer["name"] for issuer in full["issuers"])
    issued_on = date.fromisoformat(full["issued_on"])
    return CatalogueEntry(str(full["id"]), full["number"], full["type"], full["title"], issuers, issued_on)
