"""Contents of files and sources, completed: values of the wrong type are read, and what is missing is derived. Pure.

No official document is turned away for what can be derived, kept or asked later. What was derived is named in
`derived`, what the registry may not know in `unmapped`, what an editor has to add in `missing`. Each value that was
left out, and each derivation that is not certain, is a doubt, and the content waits for an editor.
"""

import re
from collections.abc import Mapping
from typing import Any

from annotated_types import MaxLen
from pydantic import TypeAdapter, ValidationError

from hub.domain.incomplete_content import IncompleteContent
from hub.domain.kinds import KINDS
from hub.domain.kinds.html import html_to_text
from hub.domain.kinds.nodes import check_nodes
from hub.domain.loose_values import match_members, read_text, show_value
from hub.domain.node_repair import repair_nodes
from hub.domain.policy_completion import complete_policy
from hub.domain.statement_completion import complete_facts
from hub.domain.types import TextNode
from hub.legal.derivation import MAX_TITLE_FROM_TEXT, derive_type, has_words, shorten
from hub.text import one_line

MAX_LEAD = 2_000
_NODES: TypeAdapter[tuple[TextNode, ...]] = TypeAdapter(tuple[TextNode, ...])
_DRAFT_TYPE = re.compile(r"^dự thảo (?:lần \d+ )?", re.IGNORECASE)


def complete_content(
    kind: str, content: Mapping[str, Any], name: str | None = None
) -> tuple[dict[str, Any], list[str]]:
    """Return the content with all that could be read and derived, and the doubts about it.

    `name` is the identifier of the record at its source. What is still wrong afterwards is left for the validation.
    """
    members = frozenset(KINDS[kind].content.model_fields)
    own, others, read_as = match_members(content, members)
    partial = IncompleteContent(own, name)
    for known, written in read_as.items():
        partial.doubt(known, f"It was read from the member `{written}`.")
    for other, value in others.items():
        if value not in (None, "", [], {}):
            partial.doubt(other, f"The hub has no such member; it was left out: {show_value(value)}")
    partial.read_codes("topics", "places", limit=lambda field: _limit(kind, field))
    if kind != "policy":
        partial.read_texts("title")
        partial.shorten("title")
    partial.read_texts("summary")
    if "nodes" in members:
        _complete_nodes(partial)
    _COMPLETERS[kind](partial)
    return partial.content, partial.doubts


def _limit(kind: str, field: str) -> int:
    found = (each.max_length for each in KINDS[kind].content.model_fields[field].metadata if isinstance(each, MaxLen))
    return next(found, 1_000)


def _complete_nodes(partial: IncompleteContent) -> None:
    given = partial.content.get("nodes")
    if given is None:
        partial.content.pop("nodes", None)
        return
    try:
        check_nodes(_NODES.validate_python(given))
    except (ValidationError, ValueError):
        partial.content["nodes"] = repair_nodes(given)
        partial.doubt("nodes", "The structure of the text is damaged; parts of it were kept as paragraphs.")


def _complete_draft(partial: IncompleteContent) -> None:
    content = partial.content
    partial.read_texts("type")
    title = _DRAFT_TYPE.sub("", one_line(read_text(content.get("title")) or ""))
    if not content.get("type"):
        found, is_certain = derive_type(None, title, partial.name)
        partial.derive("type", found, is_certain=is_certain)
    if not content.get("title"):
        _derive_text(partial, "title", f"Dự thảo {content['type']}", *_first_words(content.get("nodes")))


def _complete_bulletin(partial: IncompleteContent) -> None:
    content = partial.content
    partial.read_texts("lead", "body")
    body = html_to_text(content["body"]) if content.get("body") else ""
    if not content.get("lead"):
        _derive_text(partial, "lead", *body.split("\n"), content.get("summary"), content.get("title"), limit=MAX_LEAD)
    if not content.get("body") and content.get("lead"):
        partial.derive("body", f"<p>{_escape(content['lead'])}</p>", is_certain=False)
    if not content.get("title"):
        _derive_text(partial, "title", content.get("lead"))


def _complete_statement(partial: IncompleteContent) -> None:
    content = partial.content
    partial.read_texts("occasion", "text")
    if not content.get("title"):
        _derive_text(partial, "title", content.get("occasion"), *(content.get("text") or "").split("\n"))
    if not content.get("occasion"):
        _derive_text(partial, "occasion", content.get("title"))
    complete_facts(partial)


def _derive_text(partial: IncompleteContent, field: str, *texts: str | None, limit: int = MAX_TITLE_FROM_TEXT) -> None:
    """Derive a member from the first of some texts that has words."""
    text = next((line for text in texts if has_words(line := one_line(text or ""))), None)
    if text is not None:
        partial.derive(field, shorten(text, limit), is_certain=False)


def _first_words(nodes: Any) -> list[str]:
    return [read_text(node.get(name)) or "" for node in nodes or () for name in ("heading", "text")]


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_COMPLETERS = {
    "policy": complete_policy,
    "draft": _complete_draft,
    "bulletin": _complete_bulletin,
    "statement": _complete_statement,
}
