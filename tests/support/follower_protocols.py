"""The tongues of the log: how each way of following the hub is asked, and what it must say.

A tongue tells *changes* (every entry that concerns the follower, in order), a *copy* (what a follower holds in the end,
in the order in which it became public), or *items* (each live document once, the last change first). What each must
say comes from the model of `life.Life` and from the matrix `SHOWS`, never from the code that tells.
"""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import feedparser
import httpx
import orjson

from hub.domain.lifecycle import SHOWS, DocumentState, Surface, Visibility
from hub.settings import Settings
from tests.support.life import Life
from tests.support.life_model import Document, Edition, topic_of
from tests.support.receiver import Receiver
from tests.support.served import EventSource, Served, opened
from tests.support.waiting import eventually
from tests.support.webhooks import Manager, delivering, first_seqs, verified

OWNERS = {"so-y-te": True, "ubnd-hue": True, "so-xay-dung": False}
"""Agencies of a filter, and whether what `life.OWNER` owns belongs to them."""


@dataclass(frozen=True)
class Want:
    """What a follower asks for."""

    kind: str | None = None
    topic: str | None = None
    agency: str | None = None
    lang: str | None = None

    @property
    def params(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value is not None}

    def holds(self, document: Document, edition: Edition | None) -> bool:
        """Whether an edition that was public belongs to it."""
        return (
            edition is not None
            and self.kind in (None, document.kind)
            and self.topic in (None, topic_of(edition.word))
            and (self.agency is None or OWNERS[self.agency])
        )


# What must be said


def changes_of(life: Life, want: Want) -> list[tuple[Any, ...]]:
    """`(position, event, document, language)` of every entry that concerns the follower."""
    documents = {document.id: document for document in life.documents}
    public: dict[tuple[str, str], Edition] = {}
    found = []
    for seq, (event, id_, lang, number) in enumerate(life.log, start=1):
        if id_ not in documents:
            continue  # of a consultation, which these followers do not ask for
        document, before = documents[id_], public.get((id_, lang))
        after = next(e for e in document.editions if (e.lang, e.number) == (lang, number))
        public[id_, lang] = after
        if want.lang in (None, lang):
            if want.holds(document, after):
                found.append((seq, event, id_, lang))
            elif want.holds(document, before):
                found.append((seq, "left", id_, lang))
    return found


def messages_of(life: Life, want: Want) -> list[tuple[Any, ...]]:
    """The changes as messages that wait to the end say them: all of a document that is gone by then are tombstones."""
    gone = {document.id for document in life.documents if document.state == DocumentState.gone}
    return [(seq, "gone" if id_ in gone else event, id_, lang) for seq, event, id_, lang in changes_of(life, want)]


def copy_of(life: Life, want: Want) -> list[tuple[Any, ...]]:
    """`(position, document, language, word)` of what a copy holds now."""
    return sorted(
        (position, document.id, lang, edition.word)
        for document in life.documents
        if SHOWS[DocumentState(document.state)][Surface.copy] in (Visibility.text, Visibility.text_with_reason)
        for lang, (position, _) in document.opened.items()
        if want.lang in (None, lang) and (edition := document.live(lang)) is not None and want.holds(document, edition)
    )


def items_of(life: Life, want: Want) -> list[tuple[Any, ...]]:
    """`(document, word)` of what feeds and lists show, the last change first: each document in its best language."""
    found = []
    for document in life.documents:
        edition = document.best(want.lang or "vi")
        if SHOWS[DocumentState(document.state)][Surface.feed] is Visibility.text and want.holds(document, edition):
            assert edition is not None
            found.append((document.opened[edition.lang][0], document.id, edition.word))
    return [(id_, word) for _, id_, word in sorted(found, reverse=True)]


# How it is asked


@dataclass
class Reach:
    """A served hub and a client of it."""

    hub: Served
    client: httpx.AsyncClient
    settings: Settings
    key: str

    async def ask(self, path: str, **params: Any) -> Any:
        answer = await self.client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def graphql(self, query: str, **variables: Any) -> Any:
        answer = (await self.client.post("/graphql", json={"query": query, "variables": variables})).json()
        assert "errors" not in answer, answer
        return answer["data"]


class Tongue:
    """One way of following. It may begin in the middle of a history, and is heard at the end."""

    name = ""
    must: Callable[[Life, Want], list[tuple[Any, ...]]] = staticmethod(changes_of)

    def __init__(self, reach: Reach, want: Want) -> None:
        self.reach = reach
        self.want = want

    async def begin(self) -> None:
        """In the middle of the history."""

    async def heard(self, count: int) -> list[tuple[Any, ...]]:
        """At the end of it; `count` is how much a stream has to wait for."""
        raise NotImplementedError


def _change(change: dict[str, Any]) -> tuple[Any, ...]:
    return change["seq"], change["event"], change["id"], change["lang"]


def _kept(changes: list[dict[str, Any]], held: dict[tuple[str, str], tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """A copy kept by the one rule there is: what comes with a view is held, what comes without one is dropped."""
    for change in changes:
        key = change["id"], change["lang"]
        held.pop(key, None)
        if change["view"] is not None:
            held[key] = (change["view"]["seq"], *key, change["view"]["item"]["title"].split()[1])
    return sorted(held.values())


class Changes(Tongue):
    name = "changes"
    limit = 3
    include: str | None = None

    async def all(self, after: str = "0") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        extra = {"include": self.include} if self.include else {}
        while True:
            page = await self.reach.ask("/api/v1/changes", after=after, limit=self.limit, **self.want.params, **extra)
            found, after = found + page["items"], page["next"]
            if page["reached"] >= page["head"]:
                return found

    async def heard(self, count: int) -> list[tuple[Any, ...]]:
        return [_change(change) for change in await self.all()]


class ChangesCopy(Changes):
    name = "changes with views"
    must = staticmethod(copy_of)
    include = "view"

    async def heard(self, count: int) -> list[tuple[Any, ...]]:
        return _kept(await self.all(), {})


class SnapshotCopy(Changes):
    """The snapshot of the middle, and the changes since then."""

    name = "snapshot and changes"
    must = staticmethod(copy_of)
    include = "view"

    async def begin(self) -> None:
        self.body = (await self.reach.client.get("/api/v1/snapshot.ndjson.gz")).content

    async def heard(self, count: int) -> list[tuple[Any, ...]]:
        head, *rows = map(orjson.loads, gzip.decompress(self.body).splitlines())
        held = {
            (item["id"], item["lang"]): (row["seq"], item["id"], item["lang"], item["title"].split()[1])
            for row in rows
            if _wanted(self.want, item := row["item"])
        }
        return _kept(await self.all(head["snapshot"]["next"]), held)


def _wanted(want: Want, item: dict[str, Any]) -> bool:
    return (
        want.kind in (None, item["kind"])
        and want.lang in (None, item["lang"])
        and want.topic in (None, *(topic["code"] for topic in item["topics"]))
        and (want.agency is None or OWNERS[want.agency])
    )


class GraphQL(Tongue):
    name = "GraphQL"
    QUERY = """query Q($after: Position, $kind: [Kind!], $topic: [String!], $agency: [String!], $lang: [String!]) {
      changes(after: $after, first: 2, kind: $kind, topic: $topic, agency: $agency, lang: $lang) {
        next reached head items { seq event id lang view { seq item { title } } } } }"""

    async def all(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after: Any = 0
        while True:
            page = (await self.reach.graphql(self.QUERY, after=after, **self.want.params))["changes"]
            found, after = found + page["items"], page["next"]
            if page["reached"] >= page["head"]:
                return found

    async def heard(self, count: int) -> list[tuple[Any, ...]]:
        return [_change(change) for change in await self.all()]


class GraphQLCopy(GraphQL):
    name = "GraphQL with views"
    must = staticmethod(copy_of)

    async def heard(self, count: int) -> list[tuple[Any, ...]]:
        return _kept(await self.all(), {})


class Events(Tongue):
    """Opened in the middle, from the beginning of the log."""

    name = "server-sent events"
    source: EventSource

    def path(self) -> str:
        return "/api/v1/events?" + urlencode({"after": 0, **self.want.params})

    async def begin(self) -> None:
        self.source = await opened(self.reach.hub, self.path())

    async def told(self, count: int) -> list[dict[str, Any]]:
        found = [event.json() for event in await self.source.take(count)]
        await self.source.close()
        return found

    async def heard(self, count: int) -> list[tuple[Any, ...]]:
        return [_change(change) for change in await self.told(count)]


class Subscription(Events):
    name = "GraphQL subscription"
    QUERY = """subscription S($after: Position, $kind: [Kind!], $topic: [String!], $agency: [String!],
      $lang: [String!]) { changes(after: $after, kind: $kind, topic: $topic, agency: $agency, lang: $lang) {
        seq event id lang } }"""

    def path(self) -> str:
        variables = orjson.dumps({"after": 0, **self.want.params}).decode()
        return "/graphql?" + urlencode({"query": self.QUERY, "variables": variables})

    async def told(self, count: int) -> list[dict[str, Any]]:
        return [said["data"]["changes"] for said in await super().told(count)]


class Feed(Tongue):
    """The items of a feed, over all its pages."""

    form = ""
    must = staticmethod(items_of)

    async def pages(self) -> list[bytes]:
        wanted = {name: value for name, value in self.want.params.items() if name != "kind"}
        name = {"policy": "policies", "bulletin": "bulletins", "draft": "drafts", None: "all"}[self.want.kind]
        at: str | None = f"/feeds/{name}.{self.form}?" + urlencode({**wanted, "limit": 2})
        found = []
        while at is not None:
            answer = await self.reach.client.get(at)
            assert answer.status_code == 200, answer.text
            found.append(answer.content)
            at = answer.links.get("next", {}).get("url")
        return found


class JSONFeed(Feed):
    name, form = "JSON Feed", "json"

    async def heard(self, count: int) -> list[tuple[Any, ...]]:
        items = [item for page in await self.pages() for item in orjson.loads(page)["items"]]
        return [(item["id"].rpartition(":")[2], item["title"].split()[1]) for item in items]


class Atom(Feed):
    name, form = "Atom", "atom"

    async def heard(self, count: int) -> list[tuple[Any, ...]]:
        entries = [entry for page in await self.pages() for entry in feedparser.parse(page).entries]
        return [(entry.id.rpartition(":")[2], entry.title.split()[1]) for entry in entries]


class RSS(Atom):
    name, form = "RSS", "rss"


class Webhook(Tongue):
    """An endpoint made in the middle, replayed from the beginning, delivered to at the end."""

    name = "webhooks"
    must = staticmethod(messages_of)

    async def begin(self) -> None:
        self.receiver, self.manager = Receiver(), Manager(self.reach.client, self.reach.key)
        await self.receiver.up()
        wanted = {name: [value] for name, value in self.want.params.items()}
        self.endpoint = await self.manager.make(self.receiver, filter=wanted)
        await self.manager.done("POST", f"/{self.endpoint['id']}/replay", {"after": 0})

    async def heard(self, count: int) -> list[tuple[Any, ...]]:
        async def told_all() -> bool:
            endpoint = await self.manager.get(self.endpoint)
            head = (await self.reach.ask("/api/v1/changes", limit=1))["head"]
            return endpoint["position"] == head and not endpoint["waiting"]

        async with delivering(self.reach.settings):
            await eventually(told_all)
        await self.manager.done("DELETE", f"/{self.endpoint['id']}")
        await self.receiver.down()
        assert len(first_seqs(self.receiver)) == len(self.receiver.got), "nothing failed, so nothing comes twice"
        return [_change(verified(got, self.endpoint["secret"])["data"]) for got in self.receiver.got]


TONGUES: tuple[type[Tongue], ...] = (
    Changes,
    ChangesCopy,
    SnapshotCopy,
    GraphQL,
    GraphQLCopy,
    Events,
    Subscription,
    Atom,
    RSS,
    JSONFeed,
    Webhook,
)
"""Every tongue. A new one is a class here."""
