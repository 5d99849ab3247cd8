"""Letters: what a mail says, as plain text and as HTML with its styles inlined. Pure, but for the templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from hub.i18n.catalogues import texts
from hub.text import one_line
from hub.web.templates import render

if TYPE_CHECKING:
    from css_inline import CSSInliner

MAX_TITLE, MAX_SUMMARY = 300, 400
"""Characters of a title and of a summary in a mail."""


@dataclass(frozen=True)
class LetterItem:
    """A document in a letter."""

    title: str
    url: str
    about: str
    """Kind, number, date and agency in one line."""
    summary: str | None = None
    note: str | None = None
    """Reason of a correction or withdrawal: it stands before everything that was there already."""
    lang: str = "vi"
    mark: str | None = None
    """Word that the subject of a mail about it alone begins with: that it is urgent, or an exercise."""
    warning: Sequence[str] = ()
    """Lines of a warning: what people should do, and until when it holds."""


@dataclass(frozen=True)
class LetterSection:
    """Documents of a letter under one heading."""

    heading: str
    items: Sequence[LetterItem]


@dataclass(frozen=True)
class Letter:
    """Everything that a mail says."""

    lang: str
    subject: str
    title: str
    paragraphs: Sequence[str] = ()
    sections: Sequence[LetterSection] = ()
    item: LetterItem | None = None
    """The one document that the letter is about; `title` is its title then."""
    label: str = ""
    """Kind of the news about that document; it stands above the title."""
    button: tuple[str, str] | None = None
    """Text and URL of the one thing to do."""
    after: Sequence[str] = ()
    """Sentences after the button and the documents."""
    reason: str = ""
    """Reason why the mail comes."""
    links: Sequence[tuple[str, str]] = ()
    """Texts and URLs at the end, such as the one to unsubscribe."""
    contact: str = ""


def cut(text: str, most: int) -> str:
    """Return a text in one line, cut at a space where it is too long."""
    line = one_line(text)
    return line if len(line) <= most else f"{line[:most].rsplit(' ', 1)[0].rstrip(' ,.;:')}…"


def write_payload(letter: Letter, *, can_unsubscribe: bool) -> dict[str, Any]:
    """Write the payload of a letter: the same bytes for every attempt to send it."""
    return {
        "lang": letter.lang,
        "subject": letter.subject,
        "text": write_text(letter),
        "html": write_html(letter),
        "unsubscribe": can_unsubscribe,
    }


def write_text(letter: Letter) -> str:
    """Write a letter as plain text."""
    words = texts(letter.lang, "mail")
    lines = [letter.label] if letter.label else []
    lines += [letter.title, "=" * min(len(letter.title), 72), ""]
    if letter.item is not None:
        lines += [*_item_lines(letter.item), ""]
    for paragraph in letter.paragraphs:
        lines += [paragraph, ""]
    if letter.button is not None:
        lines += [f"{letter.button[0]}:", letter.button[1], ""]
    for section in letter.sections:
        lines += [section.heading, "-" * min(len(section.heading), 72), ""]
        for item in section.items:
            lines += [f"* {item.title}", *(f"  {line}" for line in [*_item_lines(item), item.url]), ""]
    for sentence in letter.after:
        lines += [sentence, ""]
    lines += ["-- ", words["hub"], letter.reason]
    lines += [f"{text}: {url}" for text, url in letter.links]
    lines += [f"{words['contact']}: {letter.contact}"] if letter.contact else []
    kept = [line.rstrip() if line != "-- " else line for line in lines]
    return "\n".join(line for at, line in enumerate(kept) if line or (at and kept[at - 1])) + "\n"


def _item_lines(item: LetterItem) -> list[str]:
    """Return what is said of a document below its title."""
    return [line for line in (item.about, item.note, *item.warning, item.summary) if line]


def write_html(letter: Letter) -> str:
    """Write a letter as HTML: styles inlined, and those of a dark screen and of a phone in one style sheet."""
    page = render("mail.html", letter=letter, lang=letter.lang, words=texts(letter.lang, "mail"))
    return _inliner().inline(page)


@cache
def _inliner() -> CSSInliner:
    from css_inline import CSSInliner  # letters are made by the worker, and by few requests

    return CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)
