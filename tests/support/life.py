"""A model of documents' lives as the specification tells it, driven beside the hub and compared after every step.

`Life` does one verb at a time: it foretells the answer, asks the real API, and compares what the tables, the log and
the public surfaces then hold with what they must hold. What it knows
stands in `life_model.py`, what is compared in `life_compared.py`.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from hub.auth.keys import create_key
from hub.auth.principal import Scope
from hub.consultation.clock import turn_due
from hub.consultation.records import consultation_id
from hub.content.scheduler import append_due_events, publish_due
from tests.support.in_process import Answer, InProcess, begin_log, snapshot
from tests.support.life_comparison import Compared
from tests.support.life_model import (
    NAMESPACE,
    OWNER,
    VALID_UNTIL,
    WORKING,
    Consultation,
    Document,
    Edition,
    content,
)

RESET = """
SET session_replication_role = replica;
DELETE FROM published_relation; DELETE FROM published_view; DELETE FROM log_entry; DELETE FROM audit_entry;
DELETE FROM consultation_draft; DELETE FROM consultation_document; DELETE FROM consultation;
DELETE FROM idempotency_key; DELETE FROM edition; DELETE FROM document; DELETE FROM follower; DELETE FROM made_file;
SET session_replication_role = DEFAULT;
"""


class Life(Compared):
    """One sequence of verbs, on a hub and on the model."""

    def __init__(self, hub: InProcess, keys: dict[str, str], names: dict[str, str], *, thorough: bool = True) -> None:
        super().__init__(hub, thorough=thorough)
        self.keys = keys
        self.names = names
        self.edition_ids = 0
        self.last: tuple[tuple[Any, ...], Answer] | None = None
        self.steps = {"accepted": 0, "refused": 0}

    @classmethod
    async def prepare(cls, hub: InProcess) -> tuple[dict[str, str], dict[str, str]]:
        """Keys of two editors, and what the hub calls them."""
        keys, names = {}, {}
        async with hub.database.write() as session:
            for who, agency in (("writer", OWNER), ("chief", "ubnd-hue")):
                key_id, keys[who] = await create_key(
                    session, agency=agency, scopes=[scope.value for scope in Scope], label=who, person=who
                )
                names[who] = f"key:{key_id}"
        return keys, names

    async def begin(self) -> "Life":
        """Empty tables and a new log: sequences share a database and see nothing of each other."""
        await begin_log(self.hub.tables, RESET)
        return self

    # What is asked of the hub

    def word(self) -> str:
        self.words += 1
        return f"zqj{self.words}wqx"

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
            "content": content(kind, word, high, relations),
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
                "content": content(document.kind, word, high, relations),
                "update_type": "major" if major else "minor",
                "change_note": note if noted else None,
            }
        elif verb == "return":
            body["note"] = note
        elif verb == "schedule":
            body["at"] = (moment or datetime(2020, 1, 1, tzinfo=UTC)).isoformat()
        elif verb == "correct":
            body |= {"note": note} | ({"content": content(document.kind, word, high, relations)} if noted else {})
            relations = relations if noted else frozenset()
        elif verb in ("withdraw", "gone"):
            body = {"reason": note}
        elif verb == "redirect":
            body = {"to": str(uuid5(NAMESPACE, str(target)))}
        elif verb == "restore":
            body = {}
        allowed = self._foretold(document, verb, lang, who, major, relations, known.get(target), moment, known)
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
        assert await append_due_events(self.hub.database, moment) == len(self.log) - before
        await self._turn_consultations(moment)
        await self.compare()

    async def _turn_consultations(self, moment: datetime) -> None:
        """The clock of consultations: the earliest first, and of those that are due at once the first by id."""
        turned = 0
        while due := [
            (turn[0], UUID(own.id), document, own, turn[1])
            for document in self.documents
            if (own := document.consultation) and own.is_due(moment) and (turn := own.next_turn())
        ]:
            _, _, document, own, state = min(due, key=lambda one: one[:2])
            event, turned = {"open": "opened", "closed": "closed"}[state], turned + 1
            own.state, own.version = state, own.version + 1
            if document.state == "live":
                document.version += 1
                self._reopened(document, f"consultation_{event}")
            self._consulted(document, event)
        assert await turn_due(self.hub.database, moment) == turned

    async def consult(self, document: Document, verb: str, who: str) -> None:
        """A verb on the consultation of a draft, which may have none or be in another state."""
        own, word = document.consultation, self.word()
        allowed = {
            "extend": ("announced", "open"),
            "answer": ("closed",),
            "drop": ("announced", "open", "closed", "answered"),
        }
        body: dict[str, Any] = {}
        later = (own.closes if own else VALID_UNTIL) + timedelta(days=1)
        if verb == "extend":
            body = {"closes_at": later.isoformat(), "reason": word}
        elif verb == "drop":
            body = {"reason": word}
        id_ = own.id if own else str(uuid5(NAMESPACE, f"none {document.number}"))
        before = await snapshot(self.hub.tables)
        request = ("POST", f"/api/v1/manage/consultations/{id_}/{verb}", body)
        answer = await self._send(request, who, f'"{own.version if own else 1}"', f"once-{self.words}")
        if own is None or own.state not in allowed[verb]:
            assert answer.status == (409 if own else 404), answer.text
            assert await snapshot(self.hub.tables) == before
            self.steps["refused"] += 1
            return
        assert answer.status == 200, answer.text
        own.version += 1
        if verb == "extend":
            own.closes = later
        else:
            own.state = {"answer": "answered", "drop": "dropped"}[verb]
        self._consulted(document, {"extend": "extended", "answer": "answered", "drop": "dropped"}[verb])
        self.steps["accepted"] += 1
        await self.compare()

    # What must come of it

    def _foretold(
        self,
        document: Document,
        verb: str,
        lang: str,
        who: str,
        major: bool,
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
            weighty = document.is_flagged or any(e.high for e in document.public().values())
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
        if document.kind == "draft" and document.consultation is None:
            document.consultation = Consultation(str(consultation_id(UUID(document.id))))
            self._consulted(document, "announced")

    def _consulted(self, document: Document, event: str) -> None:
        assert document.consultation is not None
        self.log.append((event, document.consultation.id, document.consultation.state, 0))

    def _reopened(self, document: Document, event: str) -> None:
        for edition in document.public().values():
            self._logged(document, edition, event)

    def _logged(self, document: Document, edition: Edition, event: str) -> None:
        self.log.append((event, document.id, edition.lang, edition.number))
        document.opened[edition.lang] = (len(self.log), event)
        document.told[edition.lang] = None

    # Asking

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
