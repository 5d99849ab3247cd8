"""A model of documents' lives as the specification tells it, driven beside the hub and compared after every step.

`Life` does one verb at a time: it foretells the answer, asks the real API, and compares what the tables, the log and
the public surfaces then hold with what they must hold. Every text carries a word of its own (`zq17x`), so a text that
shows where it must not is found by its word.
"""

import gzip
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

import orjson
from contents import MADE
from inprocess import Answer, InProcess, snapshot
from surfaces import public_addresses

from hub.auth.keys import create_key
from hub.auth.principal import Scope
from hub.content.clock import publish_due, tell_time
from hub.content.kinds import KINDS
from hub.content.kinds.base import midnight
from hub.log.chain import entry_hash, origin
from hub.log.verify import verify

WORD = re.compile(rb"zq\d+x")
COMMON = "tatcachung"
"""Stands in every text, so that one search finds whatever a search may find."""

OWNER = "so-y-te"
NAMESPACE = UUID("7a1d5b0e-0000-4000-8000-000000000000")
LANGUAGES = ("vi", "en")
WORKING = ("drafting", "in_review", "approved", "scheduled")

EFFECTIVE, EXPIRES = date(2031, 3, 1), date(2031, 6, 1)
OPENS, CLOSES = date(2031, 2, 1), date(2031, 2, 20)
VALID_UNTIL = datetime(2031, 4, 1, 10, tzinfo=UTC)
DUES: dict[str, list[tuple[datetime, str]]] = {
    "policy": [(midnight(EFFECTIVE), "in_force"), (midnight(EXPIRES), "expired")],
    "draft": [(midnight(OPENS), "consultation_opened"), (midnight(date(2031, 2, 21)), "consultation_closed")],
    "bulletin": [(VALID_UNTIL, "expired")],
}
TOPICS = ("moi-truong", "truyen-thong")
"""A text's topic follows from its word, so that editions come into a filter and leave it."""
MOMENTS = tuple(datetime(2031, month, 15, tzinfo=UTC) for month in range(1, 8))
"""Between them lie all dues and scheduled moments."""
SCHEDULES = (datetime(2031, 1, 31, 17, tzinfo=UTC), datetime(2031, 4, 2, 1, tzinfo=UTC))

SNAPSHOT_ROWS = """
SELECT (SELECT json_agg(json_build_array(id, state, version)) FROM document) AS documents,
    (SELECT json_agg(json_build_array(document_id, lang, number, state, content, change_note, correction_of,
        written_by, id) ORDER BY id) FROM edition) AS editions,
    (SELECT json_agg(json_build_array(document_id, lang, type, target_id)) FROM published_relation) AS relations,
    (SELECT json_agg(concat_ws(' ', id, seq_from, seq_to, state, md5("full"), md5(card))) FROM published_view) AS views
"""
VIEW_ROWS = (
    'SELECT document_id, lang, state, seq_from, seq_to, card, "full", sha256, body, change_note, title_key'
    " FROM published_view ORDER BY seq_from"
)
RESET = """
SET session_replication_role = replica;
DELETE FROM published_relation; DELETE FROM published_view; DELETE FROM log_entry; DELETE FROM audit_entry;
DELETE FROM idempotency_key; DELETE FROM edition; DELETE FROM document; DELETE FROM follower; DELETE FROM made_file;
SET session_replication_role = DEFAULT;
"""


@dataclass
class Edition:
    """What the model knows of an edition."""

    id: int
    lang: str
    number: int
    word: str
    writer: str
    high: bool
    state: str = "drafting"
    note: str | None = None
    major: bool = True
    correction_of: int | None = None
    relations: frozenset[int] = frozenset()
    scheduled_for: datetime | None = None
    flag_cleared: bool = False


@dataclass
class Document:
    """What the model knows of a document."""

    number: int
    kind: str
    state: str = "unpublished"
    version: int = 1
    editions: list[Edition] = field(default_factory=list)
    opened: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Of each public language: the position and the event of its open view."""
    told: dict[str, datetime | None] = field(default_factory=dict)
    """Up to which moment the open view of a language tells what time alone changes; None: up to now."""
    target: int | None = None
    reasons: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(uuid5(NAMESPACE, str(self.number)))

    @property
    def path(self) -> str:
        return f"/api/v1/{KINDS[self.kind].plural}/{self.id}"

    def working(self, lang: str) -> Edition | None:
        return next((e for e in self.editions if e.lang == lang and e.state in WORKING), None)

    def live(self, lang: str) -> Edition | None:
        return next((e for e in self.editions if e.lang == lang and e.state == "published"), None)

    def public(self) -> dict[str, Edition]:
        """The public editions by language, in the order in which the hub opens their views."""
        return {lang: edition for lang in sorted(LANGUAGES) if (edition := self.live(lang))}

    def best(self, lang: str) -> Edition | None:
        public = self.public()
        return public.get(lang) or (public[max(public)] if public else None)

    def next_due(self, lang: str) -> tuple[datetime, str] | None:
        told = self.told.get(lang)
        return next((due for due in DUES[self.kind] if told is None or due[0] > told), None)


class Life:
    """One sequence of verbs, on a hub and on the model."""

    def __init__(self, hub: InProcess, keys: dict[str, str], names: dict[str, str], *, thorough: bool = True):
        self.hub = hub
        self.thorough = thorough
        """Look at the public surfaces after every step; else only after steps that changed a public table."""
        self.views: list[str] = []
        self.keys = keys
        self.names = names
        self.documents: list[Document] = []
        self.log: list[tuple[str, str, str, int]] = []
        self.words = 0
        self.edition_ids = 0
        self.last: tuple[tuple[Any, ...], Answer] | None = None
        self.steps = {"accepted": 0, "refused": 0}
        self.compared = 0

    @classmethod
    async def prepare(cls, hub: InProcess) -> tuple[dict[str, str], dict[str, str]]:
        """Keys of two editors, and what the hub calls them."""
        keys, names = {}, {}
        async with hub.database.write() as session:
            for who, agency in (("writer", OWNER), ("chief", "ubnd-hue")):
                key_id, keys[who] = await create_key(
                    session, agency=agency, scopes=[scope.value for scope in Scope], label=who
                )
                names[who] = f"key:{key_id}"
        return keys, names

    async def begin(self) -> "Life":
        """Empty tables and a log at its origin: sequences share a database and see nothing of each other."""
        await self.hub.tables.execute(RESET)
        epoch = await self.hub.tables.fetchval("SELECT epoch FROM log_head")
        await self.hub.tables.execute("UPDATE log_head SET seq = 0, hash = $1", origin(epoch))
        return self

    # What is asked of the hub

    def word(self) -> str:
        self.words += 1
        return f"zq{self.words}x"

    def content(self, kind: str, word: str, high: bool, relations: frozenset[int]) -> dict[str, Any]:
        """A content whose free texts all carry the word."""
        said = f"{COMMON} {word}"
        own: dict[str, dict[str, Any]] = {
            "policy": {
                "dates": [
                    {"role": "issued", "on": "2026-02-03", "source": said},
                    {"role": "effective", "on": str(EFFECTIVE), "source": said},
                    {"role": "expiry", "on": str(EXPIRES), "source": said},
                ],
                "nodes": [{"ref": "dieu-1", "type": "article", "label": word, "heading": said, "text": said}],
                "high_impact": high,
            },
            "draft": {
                "consultation": {"opens_on": str(OPENS), "closes_on": str(CLOSES), "contact": said},
                "explanatory_note": said,
                "high_impact": high,
            },
            "bulletin": {"lead": said, "body": f"<p>{said}</p>", "valid_until": VALID_UNTIL.isoformat()},
        }
        related = [{"type": "based_on", "id": str(uuid5(NAMESPACE, str(n))), "note": word} for n in sorted(relations)]
        free = {"title": said, "summary": said, "relations": related, "links": [{"label": said}]}
        return MADE[kind](**free, topics=[topic_of(word)], **own[kind])

    async def create(self, number: int, kind: str, lang: str, who: str, high: bool, relations: frozenset[int]) -> None:
        """Create the document of a number, which may be taken already."""
        word = self.word()
        known = {d.number for d in self.documents}
        allowed = ({409} if number in known else set()) | ({422} if relations - known | relations & {number} else set())
        body = {
            "kind": kind,
            "agency": OWNER,
            "lang": lang,
            "id": str(uuid5(NAMESPACE, str(number))),
            "content": self.content(kind, word, high, relations),
        }
        request = ("POST", "/api/v1/manage/documents", body)
        answer = await self._ask(request, who, None, allowed or None, accepted=201)
        if answer is not None:
            document = Document(number, kind)
            self._edition(document, lang, word, who, high, relations)
            self.documents.append(document)
            await self.compare(answer, document)

    def _edition(
        self, document: Document, lang: str, word: str, who: str, high: bool, relations: frozenset[int]
    ) -> Edition:
        self.edition_ids += 1
        number = sum(e.lang == lang for e in document.editions) + 1
        high = high and document.kind != "bulletin"
        edition = Edition(self.edition_ids, lang, number, word, self.names[who], high, relations=relations)
        document.editions.append(edition)
        return edition

    async def act(
        self,
        document: Document,
        verb: str,
        lang: str,
        who: str,
        *,
        version: str = "right",
        high: bool = False,
        major: bool = True,
        noted: bool = True,
        relations: frozenset[int] = frozenset(),
        target: int = 0,
        moment: datetime | None = None,
    ) -> None:
        """One verb on one document, from the right version or from another one."""
        word, note = self.word(), self.word()
        body: dict[str, Any] = {"lang": lang}
        known = {d.number: d for d in self.documents}
        if verb == "edition":
            body |= {
                "content": self.content(document.kind, word, high, relations),
                "update_type": "major" if major else "minor",
                "change_note": note if noted else None,
            }
        elif verb == "return":
            body["note"] = note
        elif verb == "schedule":
            body["at"] = (moment or datetime(2020, 1, 1, tzinfo=UTC)).isoformat()
        elif verb == "correct":
            body |= {"note": note} | ({"content": self.content(document.kind, word, high, relations)} if noted else {})
            relations = relations if noted else frozenset()
        elif verb in ("withdraw", "gone"):
            body = {"reason": note}
        elif verb == "redirect":
            body = {"to": str(uuid5(NAMESPACE, str(target)))}
        elif verb == "restore":
            body = {}
        allowed = self._foretold(document, verb, lang, who, major, noted, relations, known.get(target), moment, known)
        if_match: str | None = f'"{document.version}"'
        if version == "stale":
            if_match, allowed = f'"{document.version - 1}"', {412}
        elif version == "future":
            if_match, allowed = f'"{document.version + 1}"', {412}
        elif version == "none":
            if_match, allowed = None, {428}
        elif version == "malformed":
            if_match, allowed = '"two"', {422}
        method, end = ("PUT", "edition") if verb == "edition" else ("POST", verb)
        request = (method, f"/api/v1/manage/documents/{document.id}/{end}", body)
        answer = await self._ask(request, who, if_match, allowed)
        if answer is not None:
            self._done(document, verb, lang, who, word, note, high, major, noted, relations, target, moment)
            document.version += 1
            await self.compare(answer, document)

    async def again(self) -> None:
        """The last accepted request once more, with its idempotency key: the same answer, and nothing happens."""
        if self.last is None:
            return
        (request, who, if_match, once), first = self.last
        before = await snapshot(self.hub.tables)
        answer = await self._send(request, who, if_match, once)
        of = next(d for d in self.documents if d.id == first.json()["id"])
        if of.state == "gone" and not request[1].endswith("/gone"):
            assert answer.status == 410
        else:
            assert (answer.status, answer.body) == (first.status, first.body)
        assert await snapshot(self.hub.tables) == before

    async def publish_due(self, moment: datetime) -> None:
        """The clock at a moment to come."""
        due = [
            (edition.scheduled_for, edition.id, document, edition)
            for document in self.documents
            for edition in document.editions
            if edition.state == "scheduled" and edition.scheduled_for and edition.scheduled_for <= moment
            if document.state in ("unpublished", "live")
        ]
        done = await publish_due(self.hub.database, moment)
        assert done == len(due)
        for _, _, document, edition in sorted(due, key=lambda one: one[:2]):
            self._publish(document, edition)
            document.version += 1
        await self.compare()

    async def tell_time(self, moment: datetime) -> None:
        """What time alone changes up to a moment to come."""
        before = len(self.log)
        while True:
            due = [
                (found[0], position, document, lang, found[1])
                for document in self.documents
                if document.state == "live"
                for lang, (position, _) in document.opened.items()
                if (found := document.next_due(lang)) and found[0] <= moment
            ]
            if not due:
                break
            at, _, document, lang, event = min(due, key=lambda one: one[:2])
            document.version += 1
            if document.kind == "bulletin":
                document.state = "withdrawn"
                self._reopened(document, event)
            else:
                edition = document.live(lang)
                assert edition is not None
                self._logged(document, edition, event)
                document.told[lang] = at
        assert await tell_time(self.hub.database, moment) == len(self.log) - before
        await self.compare()

    # What must come of it

    def _foretold(
        self,
        document: Document,
        verb: str,
        lang: str,
        who: str,
        major: bool,
        noted: bool,
        relations: frozenset[int],
        target: Document | None,
        moment: datetime | None,
        known: dict[int, Document],
    ) -> set[int] | None:
        """The statuses with which the hub may refuse; None: it must do it."""
        working, live = document.working(lang), document.live(lang)
        refused: set[int] = set()
        if verb in ("edition", "correct") and (relations - known.keys() or document.number in relations):
            refused.add(422)
        if verb == "edition":
            final = document.state in ("gone", "redirected")
            refused |= {409} if final or (working and working.state != "drafting") else set()
        elif verb == "correct":
            refused |= {409} if working or not live or document.state != "live" else set()
        elif verb in ("withdraw", "restore", "redirect", "gone"):
            starts = {
                "withdraw": {"live"},
                "restore": {"withdrawn"},
                "redirect": {"live", "withdrawn"},
                "gone": {"live", "withdrawn", "redirected"},
            }
            if document.state not in starts[verb]:
                refused.add(409)
            if verb == "redirect" and (target is None or target is document or target.state != "live"):
                refused.add(422)
        elif working is None:
            refused |= {409, 422} if verb == "schedule" and moment is None else {409}
        else:
            starts = {
                "submit": {"drafting"},
                "return": {"in_review", "approved", "scheduled"},
                "approve": {"in_review"},
                "schedule": {"approved", "scheduled"},
                "publish": {"approved", "scheduled"},
                "discard": set(WORKING),
            }
            if working.state not in starts[verb]:
                refused.add(409)
            if verb == "publish" and document.state not in ("unpublished", "live"):
                refused.add(409)
            if verb == "submit" and live and working.major and not working.note:
                refused.add(422)
            if verb == "schedule" and moment is None:
                refused.add(422)
            weighty = working.high or working.flag_cleared or any(e.high for e in document.public().values())
            if verb == "approve" and working.writer == self.names[who] and weighty:
                refused.add(403)
        return refused or None

    def _done(
        self,
        document: Document,
        verb: str,
        lang: str,
        who: str,
        word: str,
        note: str,
        high: bool,
        major: bool,
        noted: bool,
        relations: frozenset[int],
        target: int,
        moment: datetime | None,
    ) -> None:
        working, live = document.working(lang), document.live(lang)
        high = high and document.kind != "bulletin"
        if verb == "edition":
            if working is None:
                working = self._edition(document, lang, word, who, high, relations)
            working.flag_cleared |= working.high and not high
            working.word, working.writer, working.high, working.major = word, self.names[who], high, major
            working.note = note if noted else working.note if working.correction_of else None
            working.relations = relations
        elif verb == "correct":
            assert live is not None
            if noted:
                working = self._edition(document, lang, word, who, high, relations)
            else:
                working = self._edition(document, lang, live.word, who, live.high, live.relations)
            working.note, working.correction_of = note, live.number
        elif verb == "withdraw":
            document.state = "withdrawn"
            document.reasons.append(note)
            self._reopened(document, "withdrawn")
        elif verb == "restore":
            document.state = "live"
            self._reopened(document, "restored")
        elif verb in ("redirect", "gone"):
            event = document.state = {"redirect": "redirected", "gone": "gone"}[verb]
            document.target = target if verb == "redirect" else document.target
            for edition in document.editions:
                if edition.state in WORKING:
                    edition.state = "discarded"
            for lang_ in sorted(document.opened, key=lambda name: document.opened[name][0]):
                edition_ = document.live(lang_)
                assert edition_ is not None
                self._logged(document, edition_, event)
        else:
            assert working is not None
            if verb == "publish":
                self._publish(document, working)
                return
            after = {
                "submit": "in_review",
                "return": "drafting",
                "approve": "approved",
                "schedule": "scheduled",
                "discard": "discarded",
            }
            working.state = after[verb]
            working.scheduled_for = moment if verb == "schedule" else None

    def _publish(self, document: Document, edition: Edition) -> None:
        if before := document.live(edition.lang):
            before.state = "superseded"
        edition.state, document.state = "published", "live"
        self._logged(document, edition, "corrected" if edition.correction_of else "published")

    def _reopened(self, document: Document, event: str) -> None:
        for edition in document.public().values():
            self._logged(document, edition, event)

    def _logged(self, document: Document, edition: Edition, event: str) -> None:
        self.log.append((event, document.id, edition.lang, edition.number))
        document.opened[edition.lang] = (len(self.log), event)
        document.told[edition.lang] = None

    # Asking and comparing

    async def _send(self, request: tuple[Any, ...], who: str, if_match: str | None, once: str) -> Answer:
        headers = {"idempotency-key": once} | ({} if if_match is None else {"if-match": if_match})
        method, path, body = request
        return await self.hub.ask(method, path, body, key=self.keys[who], headers=headers)

    async def _ask(
        self, request: tuple[Any, ...], who: str, if_match: str | None, allowed: set[int] | None, accepted: int = 200
    ) -> Answer | None:
        """The answer of a request that had to be done; None when it had to be refused, and then nothing changed."""
        before = await snapshot(self.hub.tables) if allowed else None
        once = f"once-{self.words}"
        answer = await self._send(request, who, if_match, once)
        if allowed is None:
            assert answer.status == accepted, (request[:2], answer.status, answer.text)
            self.last = ((request, who, if_match, once), answer)
            self.steps["accepted"] += 1
            return answer
        assert answer.status in allowed, (request[:2], answer.status, allowed, answer.text)
        assert await snapshot(self.hub.tables) == before
        self.steps["refused"] += 1
        return None

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
        views: list[str] = found["views"]
        return views

    async def _compare_log(self) -> None:
        """The feed is the model's log, its chain holds, and the views are what the log, replayed, makes of them."""
        changes = (await self.hub.ask("GET", "/api/v1/changes", params={"limit": 1000})).json()
        items = changes["items"]
        assert [(i["event"], i["id"], i["lang"], i["edition"]) for i in items] == self.log
        assert [i["seq"] for i in items] == list(range(1, len(self.log) + 1))
        assert changes["head"] == len(self.log)
        before = origin(UUID(changes["epoch"]))
        for item in items:
            members = {name: value for name, value in item.items() if name not in ("hash", "path", "position")}
            before = entry_hash(before, members)
            assert item["hash"] == before
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


def topic_of(word: str) -> str:
    """The topic of the text that carries a word."""
    # Words are counted by verbs, and verbs come in fours: by threes the topic changes from edition to edition.
    return TOPICS[int(word[2:-1]) // 2 % 3 == 0]


def unpacked(answer: Answer) -> bytes:
    """The body, also of a packed file."""
    return gzip.decompress(answer.body) if answer.headers.get("content-type") == "application/gzip" else answer.body


def _only_word(content: dict[str, Any]) -> str | None:
    return content["title"].split()[1] if content else None
