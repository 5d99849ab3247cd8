"""Outline of plans and articles without Điều: flat text nodes of `I.`, `1.` and plain paragraphs."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from hub.legal.refs import RefAllocator, ref_part

MAX_HEADING_LENGTH = 200
"""Maximum length of a heading. A longer numbered line, or one that ends a sentence, is numbered text."""

_NUMBERED = re.compile(r"^(?P<label>(?P<roman>[IVXL]{1,6})\.|(?P<figure>\d{1,2})\.)\s+(?P<rest>\S.*)$")


def outline(paragraphs: Iterable[str]) -> list[dict[str, Any]]:
    """Build the nodes of paragraphs in reading order, as input of `TextNode`, with unique refs."""
    refs, nodes = RefAllocator(), list[dict[str, Any]]()
    count = Counter[str | None]()
    roman: str | None = None
    above: str | None = None
    for paragraph in paragraphs:
        found = _NUMBERED.match(paragraph)
        if found is None:
            count[above] += 1
            ref = refs.allocate(_child_ref(above, ref_part("doan", str(count[above]))))
            nodes.append(_node(ref, above, "paragraph", text=paragraph))
            continue
        parent = None if found["roman"] else roman
        ref = refs.allocate(_child_ref(parent, ref_part("muc", found["roman"] or found["figure"])))
        is_heading = len(found["rest"]) <= MAX_HEADING_LENGTH and not found["rest"].endswith((".", ";"))
        kind = "section" if is_heading or found["roman"] else "clause"
        part = {"heading": found["rest"]} if is_heading else {"text": found["rest"]}
        nodes.append(_node(ref, parent, kind, label=found["label"], **part))
        above = ref
        if found["roman"]:
            roman = ref
    return nodes


def _child_ref(parent: str | None, part: str) -> str:
    return f"{parent}/{part}" if parent else part


def _node(ref: str, parent: str | None, kind: str, **parts: str) -> dict[str, Any]:
    return {"ref": ref, "parent": parent, "type": kind, **parts}
