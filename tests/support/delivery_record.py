"""The record of a webhook receiver: every position once or repeated identically, and in order."""

from dataclasses import dataclass, field

from tests.support.receiver import Receiver
from tests.support.webhooks import first_seqs, seqs, verified


@dataclass
class DeliveryRecord:
    """Deliveries to one endpoint that were already checked, up to a position of the log."""

    hook: Receiver
    secret: str
    position: int
    received: int = 0
    bodies: dict[str, bytes] = field(default_factory=dict)

    def advance(self, head: int) -> None:
        """Check everything that arrived since, which must be all up to `head`; it is forgotten afterwards."""
        for got in self.hook.got:
            verified(got, self.secret)
            assert self.bodies.setdefault(got.id, got.body) == got.body, f"{got.id} came twice and was not the same"
        assert first_seqs(self.hook) == list(range(self.position + 1, head + 1))
        # What came again came before anything later did: an endpoint is never ahead of a message that waits.
        order = seqs(self.hook)
        assert order == sorted(order)
        assert len(self.bodies) == head - self.position
        self.position, self.received = head, self.received + len(order)
        self.bodies.clear()
        self.hook.got.clear()
