"""What the hub holds and shows of consultations, compared with the model: its tables, its log, its public lists."""

from typing import Any
from uuid import UUID

import orjson

from hub.consultation.comments.commitments import InclusionProof, check_inclusion
from hub.ops.verify import verify
from tests.support.consultation_life_model import (
    PHONE,
    WORD,
    Life,
    Opinion,
    commitment,
    tree_root,
)
from tests.support.in_process import InProcess

ROWS = """
SELECT (SELECT json_agg(json_build_array(id, state, version, closing_counts, encode(comments_root, 'hex'),
        comment_changes, closes_at) ORDER BY id) FROM consultation) AS consultations,
    (SELECT json_agg(json_build_array(id, consultation_id, state, held_for, hidden_reason, version, group_id)
        ORDER BY number) FROM comment) AS comments,
    (SELECT json_agg(id) FROM comment c WHERE (state = 'erased') IS DISTINCT FROM (content_sealed IS NULL)
        OR (state = 'erased' AND code_sha256 IS NOT NULL)
        OR (state = 'erased') IS NOT DISTINCT FROM EXISTS (SELECT FROM comment_key k WHERE k.comment_id = c.id)
        OR commitment IS NULL) AS half_erased,
    (SELECT json_agg(v.document_id) FROM published_view v
        JOIN consultation_document m ON m.document_id = v.document_id
        JOIN consultation c ON c.id = m.consultation_id WHERE seq_to IS NULL AND
        (v.consultation_id, v.consultation_stage, v.consultation_version, v.opens_at, v.closes_at)
        IS DISTINCT FROM (c.id, c.state, c.version, c.opens_at, c.closes_at)) AS out_of_step,
    (SELECT json_agg(json_build_array(subject_id, state) ORDER BY subject_id) FROM (
        SELECT DISTINCT ON (subject_id) subject_id, CASE WHEN met_at IS NOT NULL THEN 'met'
            WHEN cancelled_at IS NOT NULL THEN 'cancelled' ELSE 'running' END AS state
        FROM clock ORDER BY subject_id, id DESC) AS last) AS terms,
    (SELECT string_agg(t::text, ' ') FROM log_entry t) AS log
"""
LEAVES = """
SELECT c.id, c.commitment, k.salt FROM comment c
LEFT JOIN comment_key k ON k.comment_id = c.id AND k.purpose = 'content'
WHERE c.consultation_id = $1 AND c.is_counted ORDER BY c.number
"""
KEPT = (
    *("consultation", "consultation_draft", "consultation_document", "comment", "comment_key", "comment_receipt"),
    *("comment_decision", "comment_group", "comment_answer", "consultation_body", "log_entry", "audit_entry", "clock"),
    *("document", "edition", "published_view"),
)
DIGEST = (
    "SELECT "
    + ", ".join(f"(SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t) AS {name}" for name in KEPT)
    + ", (SELECT (seq, hash)::text FROM log_head) AS log_head"
)


class Compared:
    """A model beside the hub that it is compared with."""

    def __init__(self, hub: InProcess, key: str) -> None:
        self.hub = hub
        self.key = key
        self.lives: list[Life] = []
        self.log: list[tuple[str, str, str]] = []
        """Event, consultation and its state after it."""

    async def digest(self) -> dict[str, Any]:
        """A digest of every row that a refused request leaves as it was."""
        return dict(await self.hub.tables.fetchrow(DIGEST))

    def _log(self, life: Life, event: str, state: str | None = None) -> None:
        self.log.append((event, life.id, state or life.state))

    async def compare(self, *changed: Life) -> None:
        """Compare the tables and the log, and the public lists of what an act may have changed."""
        row = await self.hub.tables.fetchrow(ROWS)
        found = {name: orjson.loads(row[name]) if row[name] else [] for name in dict(row) if name != "log"}
        by_id = {one.id: one for one in self.lives}
        lines = {line[0]: line for line in found["consultations"]}
        assert lines.keys() == by_id.keys()
        for life in self.lives:
            assert lines[life.id][1:5] == [life.state, life.version, life.counts, life.root], life
        found_comments: dict[str, list[Any]] = {one.id: [] for one in self.lives}
        for id_, of, *standing in found["comments"]:
            found_comments[of].append([id_, *standing])
        for life in self.lives:
            assert found_comments[life.id] == [
                [one.id, one.state, one.held_for, one.hidden_reason, one.version, one.group] for one in life.opinions
            ]
        assert found["half_erased"] == []
        assert found["out_of_step"] == []
        self._compare_terms(found["terms"])
        await self._compare_log(row["log"] or "")
        for life in changed:
            await self._compare_lists(life, lines[life.id][5])

    def _compare_terms(self, terms: list[list[str]]) -> None:
        """The term for answers runs while a consultation is closed, and ends with what follows."""
        states = dict[str, str](terms)
        for life in self.lives:
            closed = any(event == "closed" and id_ == life.id for event, id_, _ in self.log)
            expected = {"closed": "running", "answered": "met"}.get(life.state, "cancelled")
            if life.state == "adopted" and ("answered", life.id, "answered") in self.log:
                expected = "met"
            if life.state == "dropped" and ("answered", life.id, "answered") in self.log:
                expected = "met"
            assert states.get(life.id) == (expected if closed else None), life

    async def _compare_log(self, stored: str) -> None:
        """No state without its event, no event without its state, and not a word of a single comment."""
        asked = {"limit": 1000, "subject": ["consultation"]}
        items = (await self.hub.ask("GET", "/api/v1/changes", params=asked)).json()["items"]
        assert [(item["event"], item["subject_id"], item["data"]["state"]) for item in items] == self.log
        last = {item["subject_id"]: item["data"] for item in items}
        for life in self.lives:
            data = last[life.id]
            assert (data["state"], data["comments"], data["comments_root"]) == (life.state, life.counts, life.root)
        single = [one.id for life in self.lives for one in life.opinions if one.id in stored]
        assert (single, WORD.findall(stored.encode()), PHONE in stored) == ([], [], False)

    async def _compare_lists(self, life: Life, changes: int) -> None:
        """The public lists show what is public; when they are others than before, the counter has grown."""
        path = f"/api/v1/consultations/{life.id}"
        page = await self.hub.ask("GET", f"{path}/comments", params={"limit": 100})
        if not life.drafts:
            assert page.status == 404, "what was merged into another consultation is public no more"
            return
        items = page.json()["items"]
        answers = {one.id: life.reply_of(one) for one in life.public()} if life.are_answers_public else {}
        assert [_line(item) for item in items] == [
            (one.id, one.word, one.draft, one.stance, one.group, reply.word if (reply := answers.get(one.id)) else None)
            for one in reversed(life.public())
        ]
        assert page.json()["counts"]["total"] == len(life.public())
        groups = await self.hub.ask("GET", f"{path}/groups")
        listed = await self.hub.ask("GET", f"{path}/answers", params={"limit": 100})
        targets = {reply.target for reply in answers.values() if reply}
        assert {item["group"] or item["comment"] for item in listed.json()["items"]} == targets
        assert sum(item["comments"] for item in listed.json()["items"]) == sum(1 for one in answers.values() if one)
        shown = page.body + groups.body + listed.body
        assert changes >= life.changes
        assert shown == life.shown or changes > life.changes or not life.shown, "nobody who keeps copies was told"
        life.changes, life.shown = changes, shown

    async def recomputed_root(self, life: Life) -> str:
        """The root over what was counted, from the texts where they are still readable."""
        by_id = {one.id: one for one in life.opinions}
        rows = await self.hub.tables.fetch(LEAVES, life.id)
        assert life.counts is not None
        assert len(rows) == life.counts["counted"]
        for row in rows:
            opinion = by_id[str(row["id"])]
            assert opinion.is_counted
            assert row["commitment"] == commitment(row["salt"], row["id"], opinion.text)
        return tree_root([row["commitment"] for row in rows]).hex()

    async def check_proof(self, life: Life, opinion: Opinion, proof: dict[str, Any]) -> None:
        """An author's proof leads from the text to the root in the log, and is at its place among the leaves."""
        leaf = commitment(bytes.fromhex(proof["salt"]), UUID(opinion.id), opinion.text)
        path = InclusionProof(proof["index"], proof["size"], [bytes.fromhex(one) for one in proof["path"]])
        assert life.root is not None
        assert proof["root"] == life.root
        assert check_inclusion(leaf, path, bytes.fromhex(life.root))
        leaves = [row["commitment"] for row in await self.hub.tables.fetch(LEAVES, life.id)]
        assert (leaves[proof["index"]], len(leaves)) == (leaf, proof["size"])
        assert tree_root(leaves).hex() == life.root

    async def finish(self) -> None:
        """No public address shows a word that is not public, and the log is whole."""
        for life in self.lives:
            path = f"/api/v1/consultations/{life.id}"
            addresses = [path, *(f"{path}/{end}" for end in ("comments", "groups", "answers", "bodies", "table.json"))]
            addresses += [f"{path}/comments/{one.id}" for one in life.opinions]
            for address in [*addresses, *(f"/api/v1/drafts/{draft.id}" for draft in life.drafts if draft.is_public)]:
                answer = await self.hub.ask("GET", address)
                assert answer.status < 500, (address, answer.text)
                assert set(WORD.findall(answer.body)) <= life.words(), address
        async with self.hub.database.read() as connection:
            assert [fault async for _, found in verify(connection) for fault in found] == []


def _line(item: dict[str, Any]) -> tuple[Any, ...]:
    answer, group = item["answer"], item["group"]
    return (
        item["id"],
        WORD.findall(item["text"].encode())[0].decode(),
        item["draft"],
        item["stance"],
        group and group["id"],
        answer and WORD.findall(answer["reason"].encode())[0].decode(),
    )
