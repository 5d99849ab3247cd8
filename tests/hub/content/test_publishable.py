"""What can be saved can be published: random contents of every kind are saved, published and read on all surfaces."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from math import ceil
from random import Random
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st

from hub.content.scheduler import append_due_events
from hub.db import Database
from hub.domain.kinds import KINDS
from hub.times import LAST_DAY, midnight
from tests.support import contents
from tests.support.editors import Editor, key
from tests.support.surfaces import public_addresses, read_contract

TEXTS = st.text(min_size=1, max_size=80)
URLS = st.one_of(
    st.sampled_from(
        [
            "http://[x",
            "http://[::1]/a",
            "https://xn--/",
            "https://huế.vn/đường?x=[1]",
            "http://h:1:2/",
            "HTTPS://Example.vn/%zz#a",
            "//example.vn/a",
            "https://example.vn/" + "a" * 1_900,
        ]
    ),
    st.text(alphabet="ahtp:/[]@.%#?10é\\ ", max_size=30).map("http://".__add__),
)
DAYS = st.one_of(st.dates().map(str), st.sampled_from(["9999-12-31", "9999-12-29", "1000-01-01", "0001-01-01", 0]))
MOMENTS = st.one_of(
    st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.sampled_from(["9999-12-31T23:59:59Z", "9999-12-29T23:59:59+07:00", "1000-01-01T00:00:00+07:00", 0]),
)
FILES = st.lists(
    st.fixed_dictionaries(
        {"name": TEXTS, "media_type": st.sampled_from(["application/pdf", "image/png"]), "url": URLS},
        optional={"size": st.integers(-1, 2**64 - 1)},
    ),
    max_size=2,
)
COMMON = {
    "title": TEXTS,
    "summary": TEXTS,
    "links": st.lists(st.fixed_dictionaries({"label": TEXTS, "url": URLS}), max_size=2),
    "origin": st.fixed_dictionaries({"name": TEXTS, "url": URLS}),
}
NODES = st.lists(TEXTS, max_size=3).map(
    lambda texts: [{"ref": f"dieu-{n}", "type": "article", "label": f"Điều {n}", "text": text}
                   for n, text in enumerate(texts)]
)  # fmt: skip
MEMBERS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "policy": COMMON
    | {
        "attachments": FILES,
        "nodes": NODES,
        "type": TEXTS,
        "number": st.sampled_from([None, "17/KH-UBND", "09/2017/NĐ-CP", "1/A&1"]) | TEXTS,
        "dates": st.tuples(DAYS, DAYS, DAYS).map(
            lambda days: [
                {"role": role, "on": on, "source": "Văn bản gốc", "note": "Ghi chú"}
                for role, on in zip(("issued", "effective", "expiry"), days, strict=True)
            ]
        ),
    },
    "draft": COMMON
    | {
        "attachments": FILES,
        "nodes": NODES,
        "drafted_on": DAYS,
        "explanatory_note": TEXTS,
        "consultation": st.fixed_dictionaries(
            {"opens_on": DAYS, "closes_on": DAYS}, optional={"url": URLS, "contact": TEXTS}
        ),
    },
    "bulletin": COMMON
    | {
        "lead": TEXTS,
        "body": TEXTS | URLS.map(lambda url: f'<p><a href="{url}">a</a></p>'),
        "image": st.fixed_dictionaries({"url": URLS, "alt": TEXTS}),
        "valid_until": MOMENTS,
    },
    "statement": COMMON | {"said_at": MOMENTS, "asked_at": MOMENTS, "text": TEXTS, "occasion": TEXTS},
}
GRAPHQL = """query($id: ID!) { item(id: $id) { id title topics { name }
  ... on Policy { links { label url } dates { on } attachments { url size } nodes { text } }
  ... on Draft { links { label url } consultation { opensOn closesOn url } attachments { url size } }
  ... on Bulletin { links { label url } validUntil image { url } body }
  ... on Statement { links { label url } saidAt askedAt } } }"""
SOUND: dict[str, dict[str, Any]] = {"draft": {"high_impact": False}}
"""One key may approve what it wrote."""
DRAWN, MORE_DRAWN = 6, 40
"""Contents drawn for each that is to be published, and where these are not enough: of the times of a statement, one in
twenty is accepted."""
AFTER_ALL_DATES = midnight(LAST_DAY) + timedelta(days=1)


def contents_of(kind: str, member: str) -> st.SearchStrategy[dict[str, Any]]:
    """A sound content with one member replaced, and often another: many are saved, the others name what is wrong."""
    members = MEMBERS[kind]
    others = st.lists(st.sampled_from(sorted(members.keys() - {member})), max_size=1)
    changed = others.flatmap(lambda names: st.fixed_dictionaries({name: members[name] for name in [member, *names]}))
    return changed.map(lambda changes: contents.MADE[kind](**SOUND.get(kind, {}) | changes))


def draw_contents(kind: str, member: str, count: int) -> Iterator[dict[str, Any]]:
    """Draw so many contents, the same in every run, in random order: the first that are drawn are the simplest."""
    found: list[dict[str, Any]] = []

    def collect(content: dict[str, Any]) -> bool:
        found.append(content)
        return len(found) >= count

    find(
        contents_of(kind, member),
        collect,
        settings=settings(
            max_examples=count * 4,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    Random(member).shuffle(found)  # noqa: S311 - contents, not secrets
    return iter(found)


async def _save(editor: Editor, kind: str, drawn: Iterator[dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    """Save the first content that the hub accepts; the refusals of those before it name what is wrong."""
    for content in drawn:
        body = {"kind": kind, "agency": "ubnd-hue", "content": content}
        saved = await editor.client.post("/api/v1/manage/documents", json=body, headers=editor.headers)
        if saved.status_code == 201:
            return saved.json()["id"], content
        assert saved.status_code == 422, (content, saved.text)
        assert saved.json()["field"], saved.text
        assert saved.json()["errors"], saved.text
    raise AssertionError(f"hardly any random {kind} is accepted: too little is published")


@pytest.mark.counts(small=1, full=4, soak=19)
@pytest.mark.parametrize("kind", list(KINDS))
async def test_a_random_content_that_is_saved_is_published_and_read_everywhere(
    client: httpx.AsyncClient, database: Database, kind: str, count: int
) -> None:
    """So many contents are published for each member that is random in them."""
    editor, approver = Editor(client, await key(database)), Editor(client, await key(database))
    published = []
    for member in MEMBERS[kind]:
        drawn = chain.from_iterable(draw_contents(kind, member, count * each) for each in (DRAWN, MORE_DRAWN))
        for _ in range(count):
            document, content = await _save(editor, kind, drawn)
            await editor.done(document, "submit")
            await approver.done(document, "approve")
            await editor.done(document, "publish")
            published.append(document)
            answer = await client.post("/graphql", json={"query": GRAPHQL, "variables": {"id": document}})
            assert "errors" not in answer.json(), (content, answer.text)
            assert answer.json()["data"]["item"], content

    # The dates of all of them come, so that each is rendered as it will ever be.
    await append_due_events(database, AFTER_ALL_DATES)
    alarms = (await client.get("/health/ready")).json()["alarms"]
    assert alarms.keys().isdisjoint({"due_events_failing", "views_broken"}), alarms
    for document in published:
        answer = await client.get(f"/api/v1/{KINDS[kind].plural}/{document}")
        assert answer.status_code == 200, (document, answer.text[:300])
        page = await client.get(f"/d/{document}", headers={"accept": "text/html"})
        assert page.status_code == 200, (document, page.text[:300])
    await _read_everywhere(client, kind, published[:: ceil(len(published) / min(count + 1, 5))])


async def _read_everywhere(client: httpx.AsyncClient, kind: str, documents: list[str]) -> None:
    for path, params in public_addresses(read_contract(), [(kind, document) for document in documents], words="cầu"):
        answer = await client.get(path, params=params)
        assert answer.status_code < 500, (path, params, answer.text[:300])
    for path in ("/", "/embed/feed"):
        answer = await client.get(path, headers={"accept": "text/html"})
        assert answer.status_code < 500, (path, answer.text[:300])
