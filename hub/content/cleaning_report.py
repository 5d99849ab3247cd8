"""Comparison of a content as it was sent with its stored form, so that no change by cleaning is silent."""

import re
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Any
from unicodedata import normalize

from hub.domain.content_warnings import is_collecting, report_cleaning
from hub.domain.kinds.html import HTML_FIELDS, find_html_changes, html_to_text

_TAG = re.compile(r"<([A-Za-z][^\s/<>]*+)([^<>]*+)>")
MAX_SHOWN = 80


def report_changes(sent: Any, stored: Any, path: str = "") -> None:
    """Report each text and list that is stored otherwise than it was sent, if somebody collects reports."""
    if not is_collecting():
        return
    if isinstance(sent, Mapping) and isinstance(stored, Mapping):
        for name, value in sent.items():
            if name in stored:
                report_changes(value, stored[name], f"{path}.{name}" if path else str(name))
    elif isinstance(sent, list) and isinstance(stored, list):
        if len(sent) != len(stored):
            report_cleaning(path, "entries_removed", f"{len(sent)} entries were sent, {len(stored)} are stored.")
            return
        for number, (one, other) in enumerate(zip(sent, stored, strict=True)):
            report_changes(one, other, f"{path}.{number}")
    elif isinstance(sent, str) and isinstance(stored, str) and _is_changed(sent, stored):
        if path in HTML_FIELDS:
            _report_html(path, sent, stored)
        else:
            report_cleaning(path, "text_changed", f"“{_shorten(sent)}” is stored as “{_shorten(stored)}”.")


def _is_changed(sent: str, stored: str) -> bool:
    return normalize("NFC", sent).replace("\r\n", "\n").strip() != stored.strip()


def _report_html(path: str, sent: str, stored: str) -> None:
    changes = find_html_changes(sent)
    for change in changes:
        report_cleaning(path, change.code, change.detail)
    lost = _count_markup(sent) - _count_markup(stored)
    if lost and not changes:
        names = ", ".join(f"{name} ({count})" for name, count in sorted(lost.items()))
        report_cleaning(path, "html_removed", f"These were removed: {names}.")
    elif normalize("NFC", html_to_text(sent)).split() != html_to_text(stored).split():
        report_cleaning(path, "text_changed", "Characters or spacing of the text were changed.")


def _count_markup(html: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for tag in _TAG.finditer(html):
        name = tag[1].lower()
        found[f"<{name}>"] += 1
        words = tag[2].replace("=", " = ").split()
        attributes = (word for word, sign in pairwise(words) if sign == "=" and word.replace("-", "").isalpha())
        found.update(f"{attribute.lower()} of <{name}>" for attribute in attributes)
    return found


def _shorten(text: str) -> str:
    text = " ".join("".join(char if char.isprintable() else " " for char in normalize("NFC", text)).split())
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
