"""How many texts of old encodings are converted and right, and how many others are changed, on documents kept apart."""

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hub.text import clean
from ingest.encodings import convert_value
from tests.support.figures import Figure
from tests.support.old_fonts import as_tcvn3, as_utf_8, as_vni, as_windows_1258

DATA = Path(os.environ.get("HUB_BENCH_LEGAL", "../shared/data")) / "legal-docs.jsonl.gz"
ARTICLES = 8

pytestmark = [pytest.mark.full, pytest.mark.skipif(not DATA.is_file(), reason="legal-docs.jsonl.gz is not at hand")]


def documents() -> list[list[str]]:
    """Every third of the documents with an odd number; the thresholds were chosen by those with an even one."""
    with gzip.open(DATA, "rt", encoding="utf-8") as file:
        records = [json.loads(line) for line in file][1::2][::3]
    return [_texts(record) for record in records]


def _texts(record: dict[str, Any]) -> list[str]:
    parts = [record["title"], record["issuer"]]
    parts += [article[name] for article in record["articles"][:ARTICLES] for name in ("title", "text")]
    return [clean(part) for part in parts if part]


def test_text_in_unicode_is_never_changed(figure: Figure) -> None:
    found = documents()
    lines = [line for texts in found for text in texts for line in text.split("\n")]
    changed = sum(bool(convert_value(texts)[1]) for texts in found) + sum(bool(convert_value(one)[1]) for one in lines)
    figure("documents and lines in Unicode", len(found) + len(lines))
    figure("changed", changed)
    assert changed == 0


@pytest.mark.parametrize("encode", [as_tcvn3, as_vni, as_windows_1258, as_utf_8])
def test_old_texts_become_what_was_written_or_stay(encode: Callable[[str], str], figure: Figure) -> None:
    shown: dict[str, list[str]] = {"documents": [], "titles alone": [], "lines in a text of Unicode": []}
    for texts in documents():
        shown["documents"] += _verdicts([encode(text) for text in texts], texts)
        shown["titles alone"] += _verdicts([encode(texts[0])], texts[:1])
        lines = [line for text in texts for line in text.split("\n") if len(line) > 20]
        if len(lines) > 3:
            shown["lines in a text of Unicode"] += _verdicts([*lines[1:], encode(lines[0])], [*lines[1:], lines[0]])[
                -1:
            ]
    for name, verdicts in shown.items():
        right, wrong = verdicts.count("right"), verdicts.count("wrong")
        figure(f"{name}: texts", len(verdicts))
        figure(f"{name}: converted", f"{(right + wrong) / len(verdicts):.4f}")
        figure(f"{name}: right of the converted", f"{right / max(right + wrong, 1):.4f}")
        assert right >= 0.995 * (right + wrong)
        assert right >= 0.8 * len(verdicts)


def _verdicts(given: list[str], written: list[str]) -> list[str]:
    """For each text with letters of an old encoding: `right`, `wrong` (changed to something else), or `stays`."""
    converted = convert_value(given)[0]
    return [
        "right" if after.lower() == text.lower() else "stays" if after == before else "wrong"
        for before, after, text in zip(given, converted, written, strict=True)
        if before != text
    ]
