"""Periodic jobs of Zalo: tokens are refreshed by age, the quota is asked, and events are handled."""

import time

import structlog

from hub.channels.zalo.client import ZaloClient
from hub.channels.zalo.event_counts import delete_old_events, handle_events
from hub.channels.zalo.ledger import ask_account
from hub.channels.zalo.tokens import TokenMissing, ZaloTokens
from hub.db import Database
from hub.jobs.periodic import PeriodicJob
from hub.log.send_lease import SendGate
from hub.outgoing.client import OutgoingClient
from hub.settings import Settings

log = structlog.get_logger()


class ZaloTokenJob(PeriodicJob):
    """Refresh of the tokens by age, also when nothing is sent, and the question about the quota."""

    name = "zalo-tokens"
    interval = 600.0
    failure_event = "zalo_tokens_paused"

    def __init__(self, database: Database, settings: Settings, outgoing: OutgoingClient, gate: SendGate):
        self.database, self.settings, self.gate = database, settings, gate
        self.client = ZaloClient(outgoing, settings)
        self.tokens = ZaloTokens(database, settings, self.client)

    async def run_once(self) -> None:
        """Refresh the pair if it nears its end. Nothing is asked while sending is held: after a restore another hub
        may have the right to the tokens.
        """
        if self.settings.zalo_app_id is None or not await self.gate.is_open():
            return
        try:
            if await self.tokens.refresh_by_age():
                log.info("zalo_tokens_refreshed")
        except TokenMissing as problem:
            log.warning("zalo_tokens_not_refreshed", problem=str(problem))
            return
        refusal = await ask_account(self.database, self.settings, self.client, self.tokens)
        if refusal is not None:
            log.info("zalo_account_not_read", words=refusal.words)


CLEANING_SECONDS = 3_600.0


class ZaloEventJob(PeriodicJob):
    """Counting of events, a moment after they were stored, and once an hour the deletion of old ones."""

    name = "zalo-events"
    interval = 15.0
    failure_event = "zalo_events_paused"

    def __init__(self, database: Database):
        self.database = database
        self._clean_at = 0.0

    async def run_once(self) -> None:
        """Count what waits, and delete what is old."""
        await handle_events(self.database)
        if time.monotonic() >= self._clean_at:
            await delete_old_events(self.database)
            self._clean_at = time.monotonic() + CLEANING_SECONDS
