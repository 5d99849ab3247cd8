"""Styles of the classes of a page, from the sheets in it: height and case of letters, and fonts before Unicode."""

import re
from typing import Any

from hub.domain.figure_heights import Height
from hub.domain.style_heights import height_of_style
from hub.text import remove_invalid_xml
from ingest.encodings.fonts import old_font
from ingest.extraction.html_letters import case_of_style

_LAST_CLASS = re.compile(r"\.([A-Za-z_][\w-]{0,60})\s{0,4}(?=,|$)")
_FONT = re.compile(r"font-family\s{0,4}:\s{0,4}(?P<name>[^;,{}]{1,60})", re.IGNORECASE)
_MAX_SHEET = 200_000
_ALIGNMENTS = {Height.raised: "super", Height.lowered: "sub", Height.normal: "baseline"}
_PROGRAMS = re.compile(r"microsoft word|libreoffice|openoffice|wps (?:office|writer)", re.IGNORECASE)
"""Programs for texts, whose classes are the styles of a document."""
_MADE_BY = frozenset(("generator", "originator", "progid"))
"""Names of the declarations by which a program names itself."""


def copy_class_styles(tree: Any) -> None:
    """Give elements the styles of their class, which programs for texts keep in a style sheet of the page.

    The case of letters only from such a program: the theme of a site shows headlines in capitals that it has in words.
    """
    is_of_program = any(
        _PROGRAMS.search(element.get("content") or "")
        for element in tree.iter("meta")
        if (element.get("name") or "").lower() in _MADE_BY
    )
    styles: dict[str, dict[str, str]] = {}
    for sheet in tree.iter("style"):
        for rule in (sheet.text or "")[:_MAX_SHEET].split("}"):
            names, _, style = rule.partition("{")
            found = {}
            if (height := height_of_style(style)) is not None:
                found["vertical-align"] = _ALIGNMENTS[height]
            if is_of_program:
                found |= case_of_style(style)
            if (font := _FONT.search(style)) and old_font(font["name"]) is not None:
                found["font-family"] = font["name"]
            if found:
                for name in _LAST_CLASS.findall(names):
                    styles[name] = styles.get(name, {}) | found
    if not styles:
        return
    for element in tree.xpath("//*[@class]"):
        of_classes: dict[str, str] = {}
        for name in reversed(element.get("class").split()):
            of_classes |= styles.get(name, {})
        own = element.get("style") or ""
        added = [f"{name}:{value}" for name, value in of_classes.items() if name not in own]
        if added:
            element.set("style", remove_invalid_xml(";".join((own, *added))))
