"""Reading feeds in the tests: by schemas of our own, by `feedparser`, and as (id, event) in the order of the feed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import feedparser
import httpx
import jsonschema
from lxml import etree

HERE = Path(__file__).parent / "data"
ATOM = "{http://www.w3.org/2005/Atom}"
DELETED = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
FORMS = ("atom", "rss", "json")

_ADDRESS = {"type": "string", "pattern": "^https?://"}
_WORDS = {"type": "string", "minLength": 1}
_MOMENT = {"type": "string", "format": "date-time", "pattern": r"T\d\d:\d\d:\d\d(\.\d+)?\+07:00$"}
JSON_FEED: dict[str, Any] = {
    "type": "object",
    "required": ["version", "title", "items", "feed_url", "hubs"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": _WORDS,
        "description": _WORDS,
        "home_page_url": _ADDRESS,
        "feed_url": _ADDRESS,
        "next_url": _ADDRESS,
        "icon": _ADDRESS,
        "language": _WORDS,
        "hubs": {"items": {"type": "object", "required": ["type", "url"], "properties": {"url": _ADDRESS}}},
        "items": {
            "items": {
                "type": "object",
                "required": ["id", "content_html"],
                "properties": {
                    "id": _WORDS,
                    "url": _ADDRESS,
                    "external_url": _ADDRESS,
                    "title": _WORDS,
                    "summary": _WORDS,
                    "content_html": _WORDS,
                    "image": _ADDRESS,
                    "date_published": _MOMENT,
                    "date_modified": _MOMENT,
                    "authors": {"items": {"required": ["name"], "properties": {"name": _WORDS}}},
                    "tags": {"items": _WORDS},
                    "language": _WORDS,
                    "attachments": {
                        "items": {
                            "required": ["url", "mime_type"],
                            "properties": {
                                "url": _ADDRESS,
                                "mime_type": _WORDS,
                                "title": _WORDS,
                                "size_in_bytes": {"type": "integer", "minimum": 0},
                            },
                            "additionalProperties": False,
                        }
                    },
                },
                "patternProperties": {"^_[a-z]+$": {"type": "object"}},
                "additionalProperties": False,
            }
        },
    },
    "patternProperties": {"^_[a-z]+$": {"type": "object", "required": ["about"]}},
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Told:
    """What a feed says of a document: its id, and whether it is there or was taken away."""

    id: str
    live: bool


def told(form: str, answer: httpx.Response) -> list[Told]:
    """Everything a page says, in its order. The page is checked on the way."""
    assert answer.status_code == 200, answer.text
    valid(form, answer.content)
    if form == "json":
        feed = answer.json()
        items = [(item["_hub"]["position"], Told(item["id"], True)) for item in feed["items"]]
        items += [(gone["position"], Told(gone["id"], False)) for gone in feed["_hub"]["deleted"]]
        return [item for _, item in sorted(items, key=lambda item: -item[0])]
    found = []
    for element in etree.fromstring(answer.content).iter(f"{ATOM}entry", "item", DELETED):
        if element.tag == DELETED:
            found.append(Told(element.get("ref"), False))
        else:
            found.append(Told(element.findtext("guid") or element.findtext(f"{ATOM}id"), True))
    return found


def valid(form: str, body: bytes) -> None:
    """Assert that a feed is what its form asks for, and that `feedparser` has nothing to complain of."""
    if form == "json":
        jsonschema.Draft202012Validator(JSON_FEED).validate(httpx.Response(200, content=body).json())
        return
    parsed = feedparser.parse(body)
    assert not parsed.bozo, parsed.bozo_exception
    root = etree.fromstring(body)
    ids = [entry.id for entry in parsed.entries]
    assert len(ids) == len(set(ids))
    if form == "atom":
        assert parsed.version == "atom10"
        schema = etree.RelaxNG(etree.parse(HERE / "atom.rng"))
        assert schema.validate(root), schema.error_log
    else:
        assert parsed.version == "rss20"
        valid_rss(root)


def valid_rss(root: Any) -> None:
    """The rules of the RSS 2.0 specification, and of the advisory board's profile."""
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root
    for name in ("title", "link", "description", "language", "lastBuildDate"):
        assert len(channel.findall(name)) == 1, name
    own = {"title", "link", "description", "language", "lastBuildDate", "docs", "item"}
    assert {child.tag for child in channel if not child.tag.startswith("{")} <= own
    for item in channel.findall("item"):
        known = {"title", "link", "guid", "pubDate", "category", "enclosure", "description"}
        names = [child.tag for child in item if not child.tag.startswith("{")]
        assert set(names) <= known
        assert all(names.count(name) == 1 for name in ("title", "link", "guid", "pubDate"))
        assert names.count("enclosure") <= 1
        for enclosure in item.findall("enclosure"):
            assert set(enclosure.keys()) == {"url", "type", "length"}
            assert enclosure.get("length").isdigit()
        assert item.find("guid").get("isPermaLink") == "false"


async def every_page(client: httpx.AsyncClient, path: str, rel: str = "next") -> list[httpx.Response]:
    """A feed's pages, by the Link header."""
    found: list[httpx.Response] = []
    url: str | None = path
    while url is not None:
        answer = await client.get(url)
        assert answer.status_code == 200, answer.text
        found.append(answer)
        url = answer.links[rel]["url"] if rel in answer.links else None
        assert len(found) < 50
    return found
