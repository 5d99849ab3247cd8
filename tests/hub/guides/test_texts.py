"""The texts of the guides: short, the same in both languages, and true about the files that they name."""

import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from hub.guides.catalogue import NAMES, TEXTS, load_guide, read_markdown
from hub.guides.changelog import load_changelog, parse_changelog
from hub.guides.markdown import parse_guide, render_markdown
from hub.i18n.catalogues import LANGUAGES

ROOT = Path(__file__).resolve().parents[3]
COMMENT = re.compile(r"(?:^|  )(?:#|//) .*$", re.MULTILINE)


def code_blocks(markdown: str) -> list[tuple[str, str]]:
    """The language and the text of each code block, without comments."""
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", markdown, re.MULTILINE | re.DOTALL)
    return [(language, COMMENT.sub("", text)) for language, text in blocks]


def test_every_guide_exists_in_both_languages_and_no_other_file_does() -> None:
    for lang in LANGUAGES:
        assert {path.stem for path in (TEXTS / lang).iterdir()} == {*NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_say_the_same_at_the_same_length(name: str) -> None:
    texts = {lang: read_markdown(name, lang) for lang in LANGUAGES}
    guides = {lang: load_guide(name, lang) for lang in LANGUAGES}
    links = {lang: re.findall(r"\]\(([^)#]+)", text) for lang, text in texts.items()}
    named = {lang: re.findall(r"`(docs/[\w./-]+)`", text) for lang, text in texts.items()}

    assert code_blocks(texts["vi"]) == code_blocks(texts["en"])
    assert [one.level for one in guides["vi"].sections] == [one.level for one in guides["en"].sections]
    assert sorted(links["vi"]) == sorted(links["en"])
    assert sorted(named["vi"]) == sorted(named["en"])
    assert [path for path in named["en"] if not (ROOT / path).exists()] == []
    for text in texts.values():
        assert 250 <= len(text.split()) <= 1_100


@pytest.mark.parametrize("lang", LANGUAGES)
def test_anchors_and_titles_are_told_apart(lang: str) -> None:
    titles = [load_guide(name, lang).title for name in NAMES]

    assert len({*titles}) == len(titles)
    for name in NAMES:
        anchors = [one.anchor for one in load_guide(name, lang).sections[1:]]
        assert all(anchor and re.fullmatch("[a-z0-9-]+", anchor) for anchor in anchors)
        assert len({*anchors}) == len(anchors)


def test_a_text_without_title_or_first_paragraph_is_refused() -> None:
    for text in ("Only a paragraph.", "# Title\n\n## Section\n\nText", "## Title\n\nLead"):
        with pytest.raises(ValueError, match="title"):
            parse_guide(text, "start", "en")


def test_markup_of_a_text_is_shown_and_not_run() -> None:
    guide = parse_guide(
        '# T\n\nLead\n\n## A\n\n<script>x</script> [a](javascript:alert(1)) <b onclick="x">\n\n## A\n', "start", "en"
    )

    assert "<script" not in guide.html
    assert 'href="javascript' not in guide.html
    assert "<b" not in guide.html
    assert [one.anchor for one in guide.sections] == [None, "a", "a-2"]


def test_links_to_files_of_the_repository_become_text() -> None:
    html = render_markdown("see [docs/a.md](docs/a.md#b) and [here](https://example.vn/)")

    assert "see docs/a.md and" in html
    assert html.count("<a ") == 1


def test_the_changelog_has_an_entry_for_each_heading() -> None:
    written = "# Changelog\n\n## 1.1.0 — 2027-03-04\n\n### Added\n\n- A\n\n## 1.0.0 — 2027-01-02\n\n### Added\n\n- B\n"
    entries = list(parse_changelog(written))

    assert [(str(one.released), one.title, one.anchor) for one in entries] == [
        ("2027-03-04", "1.1.0: Added", "1-1-0-added"),
        ("2027-01-02", "1.0.0: Added", "1-0-0-added"),
    ]
    assert [("A" in one.html, "B" in one.html) for one in entries] == [(True, False), (False, True)]
    assert len({one.id for one in entries}) == 2
    with pytest.raises(ValueError, match="no day"):
        list(parse_changelog("## 1.0\n\n### Added\n"))
    served = load_changelog()
    headings = re.findall("^### (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert [one.heading for one in served] == headings
    assert len({one.id for one in served}) == len(served)


def test_every_text_is_packaged() -> None:
    package = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]
    files = [str(path.relative_to(TEXTS.parent)) for path in TEXTS.rglob("*") if path.is_file()]

    assert len(files) == 2 * len(NAMES) + 1
    assert [name for name in files if not any(fnmatch(name, each) for each in package["hub.guides"])] == []
    assert (TEXTS / "CHANGELOG.md").samefile(ROOT / "CHANGELOG.md")
