"""A model of consultations' lives as the specification tells it, driven beside the hub and compared after every act.

`ConsultationLives` does one act at a time: it foretells whether the hub must do it, asks the real API or the real
clock, and changes the model. What the model knows stands in `consultation_life_model.py`, what is compared in
`consultation_life_comparison.py`.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hub.auth.encryption import SecretCipher
from hub.auth.keys import create_key
from hub.auth.principal import Scope
from hub.auth.proof_of_work import ProofOfWork, solve
from hub.consultation.campaigns.commands import replace_groups
from hub.consultation.campaigns.comment_texts import read_texts
from hub.consultation.campaigns.packed_comments import NumberedGroup
from hub.consultation.clock import turn_due
from hub.consultation.closing_soon import log_closing_soon
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.records import consultation_id
from hub.consultation.windows import Window, merge_window
from hub.content.commands import create_document, lock_documents, publish, save_edition
from hub.domain.consultations import ConsultationStage
from hub.domain.lifecycle import Verb
from hub.settings import Settings
from hub.times import midnight, now, today
from tests.support import contents
from tests.support.comments import NODES, comment_body
from tests.support.consultation_life_comparison import Compared
from tests.support.consultation_life_model import (
    CAMPAIGN,
    PHONE,
    Asked,
    Decision,
    Draft,
    Life,
    Opinion,
    Reply,
)
from tests.support.consultations import window
from tests.support.in_process import Answer, InProcess, begin_log

TABLES = (
    *("comment_place", "comment_answer", "comment_decision", "comment_file", "comment_key", "comment_receipt"),
    *("comment", "comment_group", "consultation_body", "spent_challenge", "comment_quota", "clock"),
    *("published_relation", "published_view", "log_entry", "audit_entry", "consultation_draft"),
    *("consultation_document", "consultation", "idempotency_key", "edition", "document", "follower"),
)
RESET = (
    "SET session_replication_role = replica; "
    + " ".join(f"DELETE FROM {name};" for name in TABLES)
    + " SET session_replication_role = DEFAULT;"
)
RULE = """
INSERT INTO clock_rule (rule, valid_from, name, name_en, trigger, amount, unit, effect, basis, certainty)
VALUES ('consultation.answers', '2020-01-01', 'Thử', 'Test', 'consultation_closed', 7, 'working_days', 'breach',
    'Luật thử', 'assumed')
"""
OWNER = "ubnd-hue"
HELD = ("quota", "private_data", "review_first", "moderator")


class ConsultationLives(Compared):
    """One sequence of acts, on a hub and on the model."""

    def __init__(self, hub: InProcess, key: str, settings: Settings) -> None:
        super().__init__(hub, key)
        cipher = SecretCipher(settings)
        self.proofs, self.comment_keys = ProofOfWork(cipher), CommentKeys(cipher)
        self.spare: list[Draft] = []
        """Drafts that are neither public nor linked."""
        self.policy: str | None = None
        self.words = 0
        self.steps = {"accepted": 0, "refused": 0}

    @classmethod
    async def prepare(cls, hub: InProcess) -> str:
        """Make the key of an editor, and a term for answers."""
        await hub.tables.execute(RULE)
        async with hub.database.write() as session:
            scopes = [scope.value for scope in Scope]
            return (await create_key(session, agency=OWNER, scopes=scopes, label="x", person="x"))[1]

    async def begin(self, first: int, last: int) -> None:
        """Empty tables, a new log, and one consultation, with a window in days from today."""
        await begin_log(self.hub.tables, RESET)
        await self.announce(first, last)

    def word(self) -> str:
        self.words += 1
        return f"zqj{self.words}wqx"

    # Drafts

    async def announce(self, first: int, last: int, *, is_public: bool = True) -> None:
        """A draft of its own: public, so that it begins a consultation, or not yet."""
        draft = Draft(str(uuid4()), first, last, False)
        if not is_public:
            await self._save(draft, is_published=False)
            self.spare.append(draft)
            return
        await self._save(draft)
        opens, closes = _window(draft)
        at = now()
        state = "open" if opens <= at else "announced"
        life = Life(str(consultation_id(UUID(draft.id))), state, opens, closes, at, drafts=[draft])
        self.lives.append(life)
        self._log(life, "announced", "announced")
        if state == "open":
            self._log(life, "opened")
        await self.compare(life)

    async def _save(self, draft: Draft, *, is_published: bool = True) -> None:
        """Save an edition as an import does, and publish it."""
        draft.editions += 1
        days = window(draft.first, draft.last)
        content = contents.draft(title=f"Dự thảo {draft.editions}", consultation=days, nodes=NODES, high_impact=False)
        async with self.hub.database.write() as session:
            found = await lock_documents(session, [UUID(draft.id)])
            document = found.get(UUID(draft.id)) or await create_document(
                session, document_id=UUID(draft.id), kind="draft", owner=OWNER
            )
            edition = await save_edition(session, document, lang="vi", content=content, by="test")
            if is_published:
                assert edition.id is not None
                await publish(session, [edition.id], verb=Verb.publish_trusted)
        draft.is_public = draft.is_public or is_published

    async def revise(self, life: Life, number: int, later: int) -> None:
        """Another edition of a draft, whose last day may be a later one; that of a linked draft may be its first."""
        draft = life.drafts[number % len(life.drafts)]
        draft.last += later
        await self._save(draft)
        life.positions += 1
        if self._merge(life, draft):
            self._log(life, "extended")
        await self.compare(life)

    def _merge(self, life: Life, draft: Draft) -> bool:
        """The window after an edition; True if it is another one."""
        stage = ConsultationStage(life.state)
        change = merge_window(stage, Window(life.opens, life.closes), Window(*_window(draft)), now())
        if change.is_changed:
            life.opens, life.closes = change.window.opens_at, change.window.closes_at
            life.state = change.stage.value
            life.version += 1
            if life.state != "closed":
                life.counts = life.root = None
        return change.is_changed

    async def link(self, life: Life, other: Life | None) -> None:
        """Link the draft of another consultation, or one that is not public yet."""
        draft = other.drafts[0] if other is not None and other.drafts else None
        if other is None:
            draft = self.spare[-1] if self.spare else None
        if draft is None:
            return
        allowed = life.state not in ("adopted", "dropped") and life is not other
        if other is not None:
            began = other.state not in ("adopted", "dropped") and len(other.drafts) == 1
            allowed = allowed and began and not other.changes and not other.opinions
        if await self._verb(life, "link", {"document": draft.id}, allowed) is None:
            return
        life.version += 1
        life.drafts.append(draft)
        if other is None:
            self.spare.remove(draft)
        else:
            await self._merged(other)
        if draft.is_public:
            life.positions += 1
            self._merge(life, draft)
            self._log(life, "extended")
        await self.compare(life, *([] if other is None else [other]))

    async def _merged(self, other: Life) -> None:
        """The consultation that a linked draft began alone ends."""
        if other.stage(now()) == "open":
            await self._ended(other)
        other.state = "dropped"
        other.version += 1
        other.drafts.clear()
        await self._read_end(other)
        self._log(other, "dropped")

    # The clock

    async def turn(self, moment: datetime) -> None:
        """The clock at a moment to come: the earliest first, and of those that are due at once the first by id."""
        turned = 0
        while due := [
            (one.opens if state == "open" else one.closes, UUID(one.id), one, state)
            for one in self.lives
            if (state := one.turn(moment))
        ]:
            _, _, life, state = min(due, key=lambda one: one[:2])
            life.state, turned = state, turned + 1
            life.version += 1
            if state == "closed":
                await self._ended(life)
            self._log(life, {"open": "opened", "closed": "closed"}[state])
        assert await turn_due(self.hub.database, moment) == turned
        for life in self.lives:
            if life.counts is not None and life.root is None:
                life.root = await self.recomputed_root(life)
        await self.compare(*self.lives)

    async def _ended(self, life: Life) -> None:
        """Its comments are counted; the root is computed from the rows once the hub has written its own."""
        life.counts, life.root = life.count(), None
        for opinion in life.opinions:
            opinion.is_counted = opinion.state in ("public", "waiting")

    async def _read_end(self, life: Life) -> None:
        """The moment of a drop is the database's; what was counted has a root then."""
        row = await self.hub.tables.fetchrow("SELECT opens_at, closes_at FROM consultation WHERE id = $1", life.id)
        assert row["closes_at"] <= life.closes
        life.opens, life.closes = row["opens_at"], row["closes_at"]
        if life.counts is not None and life.root is None:
            life.root = await self.recomputed_root(life)

    async def tell_soon(self, moment: datetime) -> None:
        """The clock that tells what closes soon, twice: the second time it has nothing to say."""
        due = sorted((one.closes, UUID(one.id), one) for one in self.lives if one.is_soon(moment))
        for _, _, life in due:
            life.soon_for = life.closes
            self._log(life, "closing_soon")
        assert await log_closing_soon(self.hub.database, moment) == len(due)
        assert await log_closing_soon(self.hub.database, moment) == 0
        await self.compare()

    # Verbs of editors

    async def _verb(self, life: Life, verb: str, body: dict[str, Any], allowed: bool) -> Answer | None:
        path = f"/api/v1/manage/consultations/{life.id}/{verb}"
        headers = {"if-match": f'"{life.version}"'}
        return await self.ask("POST", path, body, allowed=allowed, key=self.key, headers=headers)

    async def extend(self, life: Life) -> None:
        later = life.closes + timedelta(days=1)
        allowed = life.stage(now()) in ("announced", "open")
        if await self._verb(life, "extend", {"closes_at": later.isoformat()}, allowed):
            life.closes = later
            life.version += 1
            self._log(life, "extended")
            await self.compare(life)

    async def answer(self, life: Life) -> None:
        if await self._verb(life, "answer", {}, life.is_answerable()):
            life.state = "answered"
            life.version += 1
            self._log(life, "answered")
            await self.compare(life)

    async def adopt(self, life: Life, *, without: bool) -> None:
        if self.policy is None:
            self.policy = str(await self._publish_policy())
        body: dict[str, Any] = {"policy": self.policy}
        body |= {"without_answers": True, "reason": "Bão đến gần."} if without else {}
        if await self._verb(life, "adopt", body, life.state == ("closed" if without else "answered")):
            life.state = "adopted"
            life.version += 1
            self._log(life, "adopted")
            await self.compare(life)

    async def _publish_policy(self) -> UUID:
        async with self.hub.database.write() as session:
            document = await create_document(session, document_id=uuid4(), kind="policy", owner=OWNER)
            edition = await save_edition(session, document, lang="vi", content=contents.policy(), by="test")
            assert edition.id is not None
            await publish(session, [edition.id], verb=Verb.publish_trusted)
            return document.id

    async def drop(self, life: Life) -> None:
        was_open = life.stage(now()) == "open"
        if await self._verb(life, "drop", {"reason": "Thôi."}, life.state not in ("adopted", "dropped")):
            if was_open:
                await self._ended(life)
            life.state = "dropped"
            life.version += 1
            await self._read_end(life)
            self._log(life, "dropped")
            await self.compare(life)

    # Comments in the hands of their authors

    def _text(self, word: str, *, is_copy: bool, is_private: bool) -> str:
        said = CAMPAIGN if is_copy else "Tôi thấy giờ cấm như vậy là hợp lý."
        return f"{said} {word}" + (f" {PHONE}" if is_private else "")

    def _held(self, life: Life, opinion: Opinion) -> list[str]:
        given = {"private_data": opinion.is_private, "review_first": life.review_first}
        return [reason for reason, is_given in given.items() if is_given]

    async def submit(self, life: Life, number: int, stance: str, *, is_copy: bool, is_private: bool) -> None:
        word, draft = self.word(), number % life.positions + 1
        text = self._text(word, is_copy=is_copy, is_private=is_private)
        challenge = self.proofs.issue(UUID(life.id), 0, now())
        proof = {"challenge": challenge.challenge, "counter": solve(challenge, text)}
        body = comment_body(text=text, draft=draft, stance=stance, proof=proof)
        allowed = life.stage(now()) == "open"
        path = f"/api/v1/consultations/{life.id}/comments"
        answer = await self.ask("POST", path, body, allowed=allowed, status=201)
        if answer is None:
            return
        made = answer.json()
        opinion = Opinion(made["id"], made["code"], word, draft, stance, "public", [], is_copy=is_copy)
        opinion.is_private, opinion.text = is_private, text
        opinion.held_for = self._held(life, opinion)
        opinion.state = "waiting" if opinion.held_for else "public"
        assert (made["state"], made["held_for"]) == (opinion.state, opinion.held_for)
        life.opinions.append(opinion)
        await self.compare(life)

    async def own(
        self, life: Life, opinion: Opinion, method: str, path: str, body: Any, *, allowed: bool, status: int = 200
    ) -> Answer | None:
        headers = {"comment-code": opinion.code or ""}
        address = f"/api/v1/consultations/{life.id}/comments/mine{path}"
        return await self.ask(method, address, body, allowed=allowed, status=status, headers=headers)

    async def amend(self, life: Life, opinion: Opinion, *, is_private: bool) -> None:
        word = self.word()
        text = self._text(word, is_copy=opinion.is_copy, is_private=is_private)
        allowed = life.stage(now()) == "open" and opinion.state not in ("withdrawn", "erased")
        if not await self.own(life, opinion, "PATCH", "", {"text": text}, allowed=allowed):
            return
        opinion.word, opinion.text, opinion.is_private, opinion.group = word, text, is_private, None
        kept = {reason for reason in opinion.held_for if reason in ("quota", "moderator")}
        kept |= {"moderator"} if opinion.state == "hidden" else set()
        held = [reason for reason in HELD if reason in kept or reason in self._held(life, opinion)]
        opinion.stand("waiting" if held else "public", held, None)
        await self.compare(life)

    async def withdraw(self, life: Life, opinion: Opinion) -> None:
        if not await self.own(life, opinion, "POST", "/withdraw", None, allowed=opinion.state != "erased"):
            return
        if opinion.state != "withdrawn":
            opinion.stand("withdrawn", [], None)
            opinion.group = None
        await self.compare(life)

    async def erase(self, life: Life, opinion: Opinion) -> None:
        if not await self.own(life, opinion, "POST", "/erase", None, allowed=opinion.state != "erased", status=204):
            return
        opinion.stand("erased", [], None)
        opinion.group = None
        await self.compare(life)
        assert await self.own(life, opinion, "GET", "", None, allowed=False) is None

    async def prove(self, life: Life, opinion: Opinion) -> None:
        """The author's proof, from the text's hash to the root in the log."""
        allowed = life.root is not None and opinion.is_counted and opinion.state != "erased"
        answer = await self.own(life, opinion, "GET", "/proof", None, allowed=allowed)
        if answer is not None:
            await self.check_proof(life, opinion, answer.json())

    # Moderation

    async def review(self, life: Life) -> None:
        life.review_first = not life.review_first
        path = f"/api/v1/manage/consultations/{life.id}/moderation/review"
        await self.ask("POST", path, {"review_first": life.review_first}, allowed=True, key=self.key)
        await self.compare(life)

    async def decide(self, life: Life, opinions: list[Opinion], decision: str, *, is_stale: bool) -> None:
        reason = "off_topic" if decision == "hide" else None
        comments = [{"id": one.id, "version": one.version + is_stale} for one in opinions]
        body = {"decision": decision, "reason": reason, "comments": comments}
        path = f"/api/v1/manage/consultations/{life.id}/moderation/decide"
        answer = await self.ask("POST", path, body, allowed=True, key=self.key)
        assert answer is not None
        made, results = list[Decision](), dict[str, str]()
        for one in opinions:
            held = one.held_for if one.state == "waiting" else []
            held = [*held, *({"moderator"} - set(held))] if decision == "hold" else []
            after = ({"publish": "public", "hide": "hidden", "hold": "waiting"}[decision], held, reason)
            if one.state in ("withdrawn", "erased"):
                results[one.id] = "ended"
            elif is_stale:
                results[one.id] = "changed_since"
            elif after == one.standing:
                results[one.id] = "unchanged"
            else:
                results[one.id] = "decided"
                made.append(Decision(one, one.standing, one.version + 1))
                one.stand(*after)
        found = answer.json()
        assert {one["id"]: one["result"] for one in found["comments"]} == results
        assert (found["batch"] is None) is not bool(made)
        if made:
            life.batches[found["batch"]] = made
        await self.compare(life)

    async def undo(self, life: Life, number: int) -> None:
        if not life.batches:
            return
        batch = list(life.batches)[number % len(life.batches)]
        path = f"/api/v1/manage/consultations/{life.id}/moderation/batches/{batch}/undo"
        answer = await self.ask("POST", path, None, allowed=True, key=self.key)
        assert answer is not None
        results: dict[str, str] = {}
        for made in life.batches[batch]:
            one = made.opinion
            if made.is_undone:
                results[one.id] = "unchanged"
            elif one.state in ("withdrawn", "erased"):
                results[one.id] = "ended"
            elif one.version != made.version:
                results[one.id] = "changed_since"
            else:
                results[one.id], made.is_undone = "restored", True
                one.stand(*made.before)
                for earlier in [each for batch_ in life.batches.values() for each in batch_ if each.opinion is one]:
                    if not earlier.is_undone and earlier.version == made.version - 1:
                        earlier.version += 2
        assert {one["id"]: one["result"] for one in answer.json()["comments"]} == results
        await self.compare(life)

    # Bodies and their letters

    async def ask_body(self, life: Life) -> None:
        word = self.word()
        body = {"kind": "front", "name": f"Mặt trận {word}", "asked_on": str(today() - timedelta(1))}
        path = f"/api/v1/manage/consultations/{life.id}/bodies"
        allowed = life.state in ("announced", "open")
        answer = await self.ask("POST", path, body, allowed=allowed, status=201, key=self.key)
        if answer is not None:
            life.asked.append(Asked(answer.json()["id"], word))
            await self.compare(life)

    async def take_letter(self, life: Life, number: int, stance: str, *, agrees: bool) -> None:
        """The letter of a body that was asked: it agrees, or has two opinions."""
        if not life.asked:
            return
        asked = life.asked[number % len(life.asked)]
        drafts = [number % life.positions + 1, life.positions]
        words = [] if agrees else [self.word(), self.word()]
        opinions = [{"draft": d, "stance": stance, "text": f"Đề nghị {w}"} for d, w in zip(drafts, words, strict=False)]
        body = {"answered_on": str(today()), "agrees_entirely": agrees, "opinions": opinions}
        path = f"/api/v1/manage/consultations/{life.id}/bodies/{asked.id}/reply"
        allowed = life.state in ("announced", "open", "closed") and not asked.has_answered
        headers = {"if-match": f'"{asked.version}"'}
        if not await self.ask("POST", path, body, allowed=allowed, key=self.key, headers=headers):
            return
        asked.version, asked.has_answered = asked.version + 1, True
        rows = await self.hub.tables.fetch("SELECT id FROM comment WHERE body_id = $1 ORDER BY number", asked.id)
        for row, draft, word in zip(rows, drafts, words, strict=bool(words)):
            made = Opinion(str(row["id"]), None, word, draft, stance, "public", [], text=f"Đề nghị {word}")
            life.opinions.append(made)
        await self.compare(life)

    # Groups and answers

    async def group(self, life: Life) -> None:
        """Group the copies of the campaign as the job does; what is alike is foretold by how the texts were made."""
        if life.state not in ("announced", "open", "closed"):
            return
        copies = {UUID(one.id) for one in life.public() if one.is_copy}
        async with self.hub.database.read() as connection:
            query = "SELECT comment_changes, grouped_changes FROM consultation WHERE id = $1"
            since = await self.hub.tables.fetchrow(query, life.id)
            texts = await read_texts(connection, self.comment_keys, UUID(life.id))
        places = tuple(place for place, id_ in enumerate(texts.ids) if id_ in copies)
        groups = [NumberedGroup(places[0], places)] if len(places) > 1 else []
        await replace_groups(self.hub.database, UUID(life.id), (since[0], since[1]), texts, groups)
        rows = await self.hub.tables.fetch("SELECT id, group_id FROM comment WHERE consultation_id = $1", life.id)
        found = {str(row["id"]): row["group_id"] and str(row["group_id"]) for row in rows}
        for one in life.opinions:
            assert found[one.id] is None or one.is_copy
            one.group = found[one.id]
        if groups:
            [together] = {one.group for one in life.public() if one.is_copy}
            assert together is not None
        await self.compare(life)

    async def reply(self, life: Life, opinion: Opinion, *, to_group: bool) -> None:
        """Answer a comment, or its group."""
        word = self.word()
        target = opinion.group if to_group and opinion.group else opinion.id
        name = "comment" if target == opinion.id else "group"
        is_public = any(target in (one.id, one.group) for one in life.public())
        allowed = (
            life.state not in ("announced", "dropped")
            and is_public
            and all(one.target != target for one in life.replies)
        )
        path = f"/api/v1/manage/consultations/{life.id}/answers"
        body = {name: target, "outcome": "noted", "reason": f"Đã xem {word}"}
        answer = await self.ask("POST", path, body, allowed=allowed, status=201, key=self.key)
        if answer is not None:
            life.replies.append(Reply(answer.json()["id"], target, word))
            await self.compare(life)

    async def reply_to_all(self, life: Life) -> None:
        """Answer whatever has none, and decide on what waits: what leads to "answered"."""
        if life.state != "closed":
            return
        if waiting := [one for one in life.opinions if one.state == "waiting"]:
            await self.decide(life, waiting, "publish", is_stale=False)
        for one in life.public():
            if life.reply_of(one) is None:
                await self.reply(life, one, to_group=True)

    async def change_reply(self, life: Life, number: int, *, is_deletion: bool) -> None:
        if not life.replies:
            return
        reply = life.replies[number % len(life.replies)]
        word = self.word()
        path = f"/api/v1/manage/consultations/{life.id}/answers/{reply.id}"
        method, body = ("DELETE", None) if is_deletion else ("PUT", {"outcome": "partly", "reason": f"Lại {word}"})
        allowed = life.state not in ("announced", "dropped") and not (is_deletion and life.are_answers_public)
        headers = {"if-match": f'"{reply.version}"'}
        if not await self.ask(method, path, body, allowed=allowed, key=self.key, headers=headers):
            return
        if is_deletion:
            life.replies.remove(reply)
        else:
            reply.word, reply.version = word, reply.version + 1
        await self.compare(life)

    # Asking

    async def ask(
        self,
        method: str,
        path: str,
        body: Any,
        *,
        allowed: bool,
        status: int = 200,
        key: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer | None:
        """The answer of a request that had to be done; None when it had to be refused, and then nothing changed."""
        before = None if allowed else await self.digest()
        answer = await self.hub.ask(method, path, body, key=key, headers=headers)
        if allowed:
            assert answer.status == status, (method, path, answer.status, answer.text)
            self.steps["accepted"] += 1
            return answer
        assert answer.status in (404, 409, 422), (method, path, answer.status, answer.text)
        assert await self.digest() == before, (method, path, "a refusal changed something")
        self.steps["refused"] += 1
        return None


def _window(draft: Draft) -> tuple[datetime, datetime]:
    return midnight(today() + timedelta(draft.first)), midnight(today() + timedelta(draft.last + 1))
