"""Job that groups the near copies among the public comments of a consultation anew after they changed.

The texts are opened page by page, compared in the sandbox, and forgotten: nothing of them is stored. A consultation
then rests ten times as long as that took, so that a campaign of thousands costs a tenth of a core at most. A process
that dies in between loses nothing. Where neither texts nor drafts have changed, as when places were carried over,
nothing is compared. Once the comments are answered the groups stay as they are.
"""

from collections.abc import Sequence
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select

from hub.auth.encryption import SecretCipher
from hub.consultation.campaigns.commands import STAGES, mark_grouped, read_grouped, replace_groups
from hub.consultation.campaigns.comment_texts import CommentTexts, read_compared_state, read_draft_texts, read_texts
from hub.consultation.campaigns.packed_comments import NumberedGroup, pack_texts, unpack_groups
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.pauses import Pauses
from hub.consultation.records import CONSULTATION
from hub.db import Database
from hub.faults import is_outage
from hub.jobs.periodic import PeriodicJob
from hub.sandbox.runner import SandboxLimits, run_in_sandbox
from hub.settings import Settings

log = structlog.get_logger()

POLL_SECONDS = 5.0
REST = 10.0
"""Rest of a consultation until its next comparison, as a multiple of the time that the last one took."""
MAX_REST = 600.0
MAX_COMPARED = 1_000
"""Consultations of which a process remembers what it compared."""
LIMITS = SandboxLimits(seconds=900, megabytes=1_500)
"""Of ten thousand comments: 25 s of an idle core, minutes of one that many share."""
GROUP_FUNCTION = "hub.consultation.campaigns.packed_comments.group_packed"


class CampaignJob(PeriodicJob):
    """Looks for consultations whose comments changed every `POLL_SECONDS`."""

    name = "campaigns"
    interval = POLL_SECONDS
    failure_event = "campaigns_paused"
    patience = 1_800.0

    def __init__(self, database: Database, settings: Settings):
        self.database = database
        self.keys = CommentKeys(SecretCipher(settings))
        self.pauses = Pauses()
        self._compared: dict[UUID, str] = {}
        """Digests of ids and versions that were compared, by consultation, in the memory of this process alone."""

    async def run_once(self) -> None:
        """Group the comments of each consultation that changed and does not rest; one that fails waits longer."""
        for consultation in await self._list_changed():
            if self.pauses.is_paused(consultation):
                continue
            start = monotonic()
            try:
                is_changed = await self._group(consultation)
            except Exception as problem:
                if is_outage(problem):
                    raise
                seconds = self.pauses.fail(consultation)
                # Its kind alone: a message may quote what people wrote.
                fault = type(problem).__name__
                log.warning("campaigns_failed", consultation=str(consultation), seconds=seconds, problem=fault)
                continue
            seconds = monotonic() - start
            self.pauses.succeed(consultation, min(MAX_REST, REST * seconds))
            if is_changed:
                log.info("comments_grouped", consultation=str(consultation), seconds=round(seconds, 1))

    async def _group(self, consultation: UUID) -> bool:
        """Group the comments of a consultation, unless nothing that is compared has changed since the last time."""
        async with self.database.read() as connection:
            changes, state = await read_compared_state(connection, consultation)
        if self._compared.get(consultation) == state:
            await mark_grouped(self.database, consultation, changes)
            return False
        self._compared.pop(consultation, None)
        is_changed = await group_comments(self.database, self.keys, consultation)
        if await read_grouped(self.database, consultation) >= changes:
            # All that was found is written.
            self._compared[consultation] = state
            if len(self._compared) > MAX_COMPARED:
                del self._compared[next(iter(self._compared))]
        return is_changed

    async def _list_changed(self) -> Sequence[UUID]:
        query = (
            select(CONSULTATION.c.id)
            .where(CONSULTATION.c.grouped_changes < CONSULTATION.c.comment_changes)
            .where(CONSULTATION.c.state.in_(STAGES))
            .order_by(CONSULTATION.c.id)
        )
        async with self.database.read() as connection:
            return (await connection.execute(query)).scalars().all()


async def group_comments(database: Database, keys: CommentKeys, consultation: UUID) -> bool:
    """Group the public comments of a consultation anew; True if a group was changed."""
    async with database.read() as connection:
        # Before the comments: what comes meanwhile is known to be left.
        query = select(CONSULTATION).where(CONSULTATION.c.id == consultation)
        row: Any = (await connection.execute(query)).one()
        texts = await read_texts(connection, keys, consultation)
        draft_texts = await read_draft_texts(connection, consultation)
    groups = await compare_texts(texts, draft_texts)
    return await replace_groups(database, consultation, (row.comment_changes, row.grouped_changes), texts, groups)


async def compare_texts(texts: CommentTexts, draft_texts: Sequence[str]) -> list[NumberedGroup]:
    """Find the groups of near copies in the sandbox. Raises `UnreadableFile` beyond its limits of time and memory."""
    if len(texts.ids) < 2:
        return []
    body = pack_texts(texts.texts, draft_texts)
    return unpack_groups(await run_in_sandbox(GROUP_FUNCTION, body, {}, LIMITS, {}))
