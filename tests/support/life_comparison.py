"""What the hub holds and shows, compared with the model: its tables, its log, and every public surface."""

import gzip
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

import orjson

from hub.domain.kinds import KINDS
from hub.log.chain import entry_hash, start_hash
from hub.ops.verify import verify
from tests.support.in_process import Answer, InProcess
from tests.support.life_model import COMMON, DUES, LANGUAGES, NAMESPACE, WORD, Document
from tests.support.surfaces import public_addresses

SNAPSHOT_ROWS = """
SELECT (SELECT json_agg(json_build_array(id, state, version)) FROM document) AS documents,
    (SELECT json_agg(json_build_array(document_id, lang, number, state, content, change_note, correction_of,
        written_by, id) ORDER BY id) FROM edition) AS editions,
    (SELECT json_agg(json_build_array(document_id, lang, type, target_id)) FROM published_relation) AS relations,
    (SELECT json_agg(json_build_array(m.document_id, c.id, c.state, c.version)) FROM consultation c
        JOIN consultation_document m ON m.consultation_id = c.id) AS consultations,
    (SELECT json_agg(json_build_array(v.document_id, v.lang)) FROM published_view v
        JOIN consultation c ON c.id = v.consultation_id WHERE seq_to IS NULL AND
        (v.consultation_stage, v.consultation_version, v.opens_at, v.closes_at)
        IS DISTINCT FROM (c.state, c.version, c.opens_at, c.closes_at)) AS out_of_step,
    (SELECT json_agg(concat_ws(' ', id, seq_from, seq_to, state, md5("full"), md5(card), consultation_version))
        FROM published_view) AS views
"""
VIEW_ROWS = (
    'SELECT document_id, lang, state, seq_from, seq_to, card, "full", sha256, body, change_note, title_key'
    " FROM published_view ORDER BY seq_from"
)


class Compared:
    """A model beside the hub that it is compared with. Whoever tells it on sets `documents`, `log` and `words`."""

    def __init__(self, hub: InProcess, *, thorough: bool) -> None:
        self.hub = hub
        self.thorough = thorough
        """Look at the public surfaces after every step; else only after steps that changed a public table."""
        self.documents: list[Document] = []
        self.log: list[tuple[str, str, str, int]] = []
        self.words = 0
        self.views: list[str] = []
        self.compared = 0

    async def compare(self, answer: Answer | None = None, document: Document | None = None) -> None:
        """The tables against the model, the log too, and the surfaces of what changed, in the languages by turns."""
        if answer is not None and document is not None:
            assert answer.headers["etag"] == f'"{document.version}"'
            assert answer.json()["version"] == document.version
        views = await self._compare_tables()
        if views == self.views and not self.thorough:
            return
        self.views = views
        await self._compare_log()
        self.compared += 1
        changed = self.documents if document is None else [document]
        await self._compare_surfaces(changed, LANGUAGES[self.compared % 2])

    async def _compare_tables(self) -> list[str]:
        """Every row of the write side, and digests of the public one: while those stay, surfaces show the same."""
        row = await self.hub.tables.fetchrow(SNAPSHOT_ROWS)
        found = {name: orjson.loads(value) if value else [] for name, value in row.items()}
        assert sorted(found["documents"]) == sorted([d.id, d.state, d.version] for d in self.documents)
        editions = [
            [id_, lang, number, state, _only_word(content), note, correction, writer]
            for id_, lang, number, state, content, note, correction, writer, _ in found["editions"]
        ]
        by_id = sorted((e.id, d, e) for d in self.documents for e in d.editions)
        expected = [
            [
                *(d.id, e.lang, e.number, e.state),
                *((None, None) if d.state == "gone" else (e.word, e.note)),
                *(e.correction_of, e.writer),
            ]
            for _, d, e in by_id
        ]
        assert editions == expected
        related = sorted(
            [d.id, lang, "based_on", str(uuid5(NAMESPACE, str(n)))]
            for d in self.documents
            if d.state == "live"
            for lang, edition in d.public().items()
            for n in edition.relations
        )
        assert sorted(found["relations"]) == related
        own = [(d.id, d.consultation) for d in self.documents if d.consultation]
        consultations = sorted([id_, one.id, one.state, one.version] for id_, one in own)
        assert sorted(found["consultations"]) == consultations
        assert found["out_of_step"] == []
        views: list[str] = found["views"]
        return views

    async def _compare_log(self) -> None:
        """The feed is the model's log, its chain holds, and the views are what the log, replayed, makes of them."""
        asked = {"limit": 1000, "subject": ["document", "consultation"]}
        changes = (await self.hub.ask("GET", "/api/v1/changes", params=asked)).json()
        items = changes["items"]
        assert [_line(item) for item in items] == self.log
        # No state of a consultation without its event, no event without its state.
        last = {item["subject_id"]: item["data"]["state"] for item in items if "subject_id" in item}
        assert last == {d.consultation.id: d.consultation.state for d in self.documents if d.consultation}
        assert [i["seq"] for i in items] == list(range(1, len(self.log) + 1))
        assert changes["head"] == len(self.log)
        before = start_hash(UUID(changes["epoch"]))
        for item in items:
            members = {name: value for name, value in item.items() if name not in ("hash", "path", "position")}
            before = entry_hash(before, members)
            assert item["hash"] == before
        items = [item for item in items if "subject_id" not in item]
        views = await self.hub.tables.fetch(VIEW_ROWS)
        assert [view["seq_from"] for view in views] == [item["seq"] for item in items]
        following: dict[tuple[str, str], int] = {}
        gone = {d.id for d in self.documents if d.state == "gone"}
        for view, item in zip(reversed(views), reversed(items), strict=True):
            key = (str(view["document_id"]), view["lang"])
            assert (item["id"], item["lang"]) == key
            assert view["seq_to"] == following.get(key)
            following[key] = view["seq_from"]
            assert view["sha256"] == item["view_sha256"]
            texts = (view["full"], view["card"], view["body"], view["change_note"], view["title_key"] or None)
            if item["id"] in gone:
                assert texts == (None,) * 5
            elif item["event"] == "redirected":
                assert texts[:4] == (None,) * 4
            else:
                assert sha256(view["full"]).hexdigest() == item["view_sha256"]
                assert (view["body"] is None) == (view["seq_to"] is not None)

    async def _compare_surfaces(self, documents: list[Document], lang: str) -> None:
        """Lists, search and details show the words of what is live, and no other word."""
        live = {d.id: edition for d in self.documents if d.state == "live" and (edition := d.best(lang))}
        allowed = {word.encode() for edition in live.values() for word in (edition.word, edition.note or "")}
        for kind in {d.kind for d in documents}:
            shown = {d.id: live[d.id].word for d in self.documents if d.kind == kind and d.id in live}
            params = {"lang": lang, "limit": 100, "include": "text"}
            page = await self.hub.ask("GET", f"/api/v1/{KINDS[kind].plural}", params=params)
            assert {item["id"]: item["title"].split()[1] for item in page.json()["items"]} == shown
            assert set(WORD.findall(page.body)) <= allowed
        found = await self.hub.ask("GET", "/api/v1/search", params={"q": COMMON, "lang": lang, "limit": 100})
        assert {item["id"] for item in found.json()["items"]} == live.keys()
        assert set(WORD.findall(found.body)) <= allowed
        for document in documents:
            await self._compare_detail(document, lang)

    async def _compare_detail(self, document: Document, lang: str) -> None:
        answer = await self.hub.ask("GET", document.path, params={"lang": lang})
        if document.state in ("live", "withdrawn"):
            edition = document.best(lang)
            assert edition is not None
            assert answer.status == 200
            view = answer.json()
            assert (view["lang"], view["edition"], view["title"]) == (
                edition.lang,
                edition.number,
                f"{COMMON} {edition.word}",
            )
            assert view["state"] == document.state
            reasons = set(document.reasons[-1:]) if document.state == "withdrawn" else set()
            allowed = {word.encode() for word in {edition.word, edition.note or "", *reasons}}
            assert set(WORD.findall(answer.body)) <= allowed
            if document.kind == "policy":
                told = document.told[edition.lang]
                passed = [event for moment, event in DUES["policy"] if told is not None and moment <= told]
                assert view["legal_force"] == (passed[-1] if passed else "not_yet")
            return
        assert (
            answer.status in {"unpublished": {404}, "gone": {410}, "redirected": {301, 307, 308, 404}}[document.state]
        )
        assert WORD.findall(answer.body) == []

    # At the end of a sequence

    def published_words(self) -> set[bytes]:
        """Words that the public has read once and may read again in history: of no document that is gone."""
        return {
            word.encode()
            for d in self.documents
            if d.state != "gone"
            for word in (
                *d.reasons,
                *(
                    word
                    for e in d.editions
                    if e.state in ("published", "superseded")
                    for word in (e.word, e.note or "")
                ),
            )
        }

    def gone_words(self) -> set[bytes]:
        """Words of documents that are gone."""
        words = {e.word for d in self.documents if d.state == "gone" for e in d.editions}
        words |= {e.note for d in self.documents if d.state == "gone" for e in d.editions if e.note}
        return {word.encode() for word in words}

    async def finish(self) -> None:
        """Every surface, in one language or in all, and a whole log."""
        for lang in LANGUAGES if self.thorough else LANGUAGES[self.words % 2 :][:1]:
            await self._compare_surfaces(self.documents, lang)
        async with self.hub.database.read() as connection:
            assert [fault async for _, found in verify(connection) for fault in found] == []

    async def walk(self) -> None:
        """Every public address shows only what was published, and what is gone is nowhere."""
        allowed = self.published_words()
        documents = [(document.kind, document.id) for document in self.documents]
        for path, params in public_addresses(self.hub.app.openapi(), documents, words=COMMON):
            answer = await self.hub.ask("GET", path, params=params)
            assert answer.status < 500, (path, params, answer.text)
            if answer.status == 200:
                assert set(WORD.findall(unpacked(answer))) <= allowed, (path, params)
        if gone := self.gone_words():
            kept = ("document", "edition", "published_relation", "published_view", "log_entry", "idempotency_key")
            for name in kept:
                for row in await self.hub.tables.fetch(f"SELECT * FROM {name}"):
                    said = b"|".join(v if isinstance(v, bytes) else str(v).encode() for v in row.values())
                    assert not gone & set(WORD.findall(said)), (name, said)


def unpacked(answer: Answer) -> bytes:
    """The body, also of a packed file."""
    return gzip.decompress(answer.body) if answer.headers.get("content-type") == "application/gzip" else answer.body


def _line(item: dict[str, Any]) -> tuple[str, str, str, int]:
    """An entry as the model notes it: of a document, or of a consultation with its state."""
    if "subject_id" in item:
        return item["event"], item["subject_id"], item["data"]["state"], 0
    return item["event"], item["id"], item["lang"], item["edition"]


def _only_word(content: dict[str, Any]) -> str | None:
    return content["title"].split()[1] if content else None
