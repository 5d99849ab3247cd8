"""The changelog (nhật ký thay đổi) as a page and as an Atom feed: one entry per heading of a version.

`texts/CHANGELOG.md` is a link to the file at the root of the repository; a built package holds its text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from hub.guides.catalogue import TEXTS
from hub.guides.markdown import render_markdown
from hub.times import midnight
from hub.web import assets
from hub.web.xml import ATOM, XML, add_child, rfc3339, serialize, stylesheet, xhtml

CHANGELOG = TEXTS / "CHANGELOG.md"
PATH = "/guide/changelog"
FEED_PATH = "/guide/changelog.atom"

_VERSION = re.compile(r"## (\S+) — (\d{4}-\d{2}-\d{2}|unreleased)")
_HEADING = re.compile(r"### (.+)")


@dataclass(frozen=True)
class ChangelogEntry:
    """The changes below one heading of a version."""

    version: str
    released: date | None
    """Day of the release; None before it."""
    heading: str
    html: str

    @property
    def title(self) -> str:
        """Title in feeds: `0.1.0: Added`."""
        return f"{self.version}: {self.heading}"

    @property
    def anchor(self) -> str:
        """Anchor on the page: `0-1-0-added`."""
        return re.sub("[^0-9a-z]+", "-", f"{self.version} {self.heading}".lower()).strip("-")

    @property
    def id(self) -> str:
        """Identifier in feeds, the same for every hub and address."""
        return uuid5(NAMESPACE_URL, f"policy-hub changelog {self.title}").urn


def parse_changelog(markdown: str) -> Iterator[ChangelogEntry]:
    """Split a changelog at its headings. Raises `ValueError` for a version without a day or `unreleased`."""
    version, released = "", None
    for block in re.split(r"^(?=###? )", markdown, flags=re.MULTILINE)[1:]:
        line, _, text = block.partition("\n")
        if found := _HEADING.fullmatch(line):
            yield ChangelogEntry(version, released, found[1], render_markdown(text))
        elif found := _VERSION.fullmatch(line):
            version = found[1]
            released = None if found[2] == "unreleased" else date.fromisoformat(found[2])
        else:
            raise ValueError(f"a version in the changelog has no day: {line}")


@cache
def load_changelog() -> tuple[ChangelogEntry, ...]:
    """Parse the changelog of this version of the hub, once per process."""
    return tuple(parse_changelog(CHANGELOG.read_text("utf-8")))


@cache
def changelog_changed() -> datetime:
    """Time of the last change of the file, which dates what is not released yet."""
    return datetime.fromtimestamp(int(CHANGELOG.stat().st_mtime), UTC)


def render_changelog_feed(
    entries: Sequence[ChangelogEntry], changed: datetime, base: str, *, title: str, author: str
) -> bytes:
    """Render the Atom feed. `changed` is the time of entries that are not released; `base` is the URL of the hub."""
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    feed.set(f"{{{XML}}}lang", "en")
    feed.addprevious(stylesheet(base + assets.asset_url("feed.css")))
    times = [changed if entry.released is None else midnight(entry.released) for entry in entries]
    add_child(feed, ATOM, "id", base + FEED_PATH)
    add_child(feed, ATOM, "title", title)
    add_child(feed, ATOM, "updated", rfc3339(max(times, default=changed)))
    add_child(add_child(feed, ATOM, "author"), ATOM, "name", author)
    add_child(feed, ATOM, "link", rel="self", href=base + FEED_PATH, type="application/atom+xml")
    add_child(feed, ATOM, "link", rel="alternate", href=base + PATH, type="text/html")
    for entry, updated in zip(entries, times, strict=True):
        element = add_child(feed, ATOM, "entry")
        add_child(element, ATOM, "id", entry.id)
        add_child(element, ATOM, "title", entry.title)
        add_child(element, ATOM, "updated", rfc3339(updated))
        add_child(element, ATOM, "link", rel="alternate", href=f"{base}{PATH}#{entry.anchor}", type="text/html")
        add_child(element, ATOM, "content", type="xhtml").append(xhtml(entry.html))
    return serialize(feed)
