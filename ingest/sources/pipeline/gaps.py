"""Words for a content that lacks what every document of its kind has: what was looked for, and what was found."""

from collections.abc import Mapping, Sequence
from typing import Any

from hub.errors import InvalidInput
from hub.problem_texts.templates import FilledText, as_words, fill, join_sentences
from hub.text import one_line

LOOKED_FOR = {
    "number": "`Số:` with a number such as 269/KH-UBND",
    "type": "the type in capitals above the title, such as KẾ HOẠCH, or the letters of the number",
    "title": "a title below the type, `V/v` below the number, or one headline",
    "issuers": "the agency in capitals above the number, or the name before “ban hành”",
    "dates": "the day of issue, such as `Huế, ngày 01 tháng 8 năm 2023`",
    "nodes": "a text below the title",
    "body": "the paragraphs of an article",
    "lead": "a first paragraph",
    "text": "the paragraphs of an article",
    "said_at": "a day and a time on the page",
    "drafted_on": "the day of posting",
}
"""Places where each member is looked for; each text has a Vietnamese form."""
DEFAULT = "a default of the source"
_SHOWN = ("number", "type", "title", "issuers", "dates", "signer")
_FIRST_LINES, _LONGEST = 6, 80


def explain_gap(
    problem: InvalidInput, content: Mapping[str, Any], text: str | None, doubts: Sequence[str]
) -> InvalidInput:
    """The error of a missing member in words: each missing one, the doubts, what was found, and the first lines.

    An error about a member that is there stays as it is.
    """
    errors = problem.extra.get("errors", ())
    members = dict.fromkeys(str(each["field"]) for each in errors if each["field"])
    missing = [name for name in members if "." not in name and content.get(name) is None]
    if not missing or (problem.field or "").partition(".")[0] not in missing:
        return problem
    looked_for = [fill("{name} ({what})", name=name, what=as_words(LOOKED_FOR.get(name, DEFAULT))) for name in missing]
    held = [f"{name} {_short(content[name])}" for name in _SHOWN if content.get(name)]
    lines = [_cut(line) for line in map(one_line, (text or "").split("\n")) if line][:_FIRST_LINES]
    parts = [
        fill("Not found: {looked_for}.", looked_for=_list_items(looked_for)),
        fill("Found: {held}.", held="; ".join(held)) if held else as_words("None of its facts were found."),
        *([fill("Doubts: {doubts}", doubts=" ".join(doubts))] if doubts else ()),
        fill("The text begins: {lines}", lines=" / ".join(lines)) if lines else as_words("The text is empty."),
    ]
    return InvalidInput(
        join_sentences(parts),
        field=problem.field,
        expected=as_words(LOOKED_FOR.get(missing[0], DEFAULT)),
        errors=errors,
    )


def _list_items(items: Sequence[FilledText]) -> FilledText:
    first, *rest = items
    return fill("{first}; {rest}", first=first, rest=_list_items(rest)) if rest else first


def _short(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_short(each) for each in value[:3])
    if isinstance(value, dict):
        return str(value.get("name") or value.get("on") or "…")
    return _cut(one_line(str(value)))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
