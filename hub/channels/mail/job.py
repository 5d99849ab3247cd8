"""The planner of mails as a job of the worker: requests, mails at once, digests. Any number of workers may run it."""

from hub.channels.mail.confirmations import ConfirmationRequests
from hub.channels.mail.digest_rewrites import rewrite_digest
from hub.channels.mail.digests import make_digests
from hub.channels.mail.planner import plan_at_once
from hub.db import Database
from hub.jobs.periodic import PeriodicJob
from hub.log.send_lease import SendGate
from hub.settings import Settings
from hub.times import now


class MailPlanner(PeriodicJob):
    """Plans the mails that are due; the queue of channels sends them."""

    name = "mail"
    interval = 1.0
    failure_event = "mail_planning_paused"

    def __init__(self, database: Database, settings: Settings, gate: SendGate):
        self.database = database
        self.settings = settings
        self.gate = gate
        self.requests = ConfirmationRequests(database, settings)

    async def run_once(self) -> None:
        """Handle requests, plan the log up to its head, and make the digests that are due by the injected clock."""
        if self.settings.smtp_url is None or not await self.gate.is_open():
            return
        while await rewrite_digest(self.database, self.settings):
            self.state.turn()
        while await self.requests.handle_some():
            self.state.turn()
        while await plan_at_once(self.database, self.settings, self.gate):
            self.state.turn()
        await make_digests(self.database, self.settings, self.gate, now())
