"""Bounces (RFC 3464): which mail was not delivered, and whether for good. Pure, with limits on what it reads.

The mail is known by the address that the bounce was sent to (VERP), which nobody else can make; what the report says
of recipients is not trusted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from mailbox import Maildir, mbox
from pathlib import Path

from hub.channels.mail.suppression import AddressFailure, read_failure
from hub.channels.mail.tokens import ReturnPaths

MAX_BYTES = 1_000_000
"""Bytes of the largest message that is parsed."""
MAX_PARTS = 50
_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")


@dataclass(frozen=True)
class BounceReport:
    """A report about one mail."""

    item_id: int
    is_permanent: bool
    status: str


def parse_bounce(message: bytes, paths: ReturnPaths) -> BounceReport | None:
    """Return the report of a message; None if it is none: a delay, an answer of an absent person, or nothing of ours.

    A mailbox that is full and a mail that is refused by its contents are temporary: the address may take the next one.
    """
    if len(message) > MAX_BYTES:
        return None
    parsed = BytesParser(policy=compat32).parsebytes(message)
    item = next((found for address in _addresses(parsed) if (found := paths.read(address)) is not None), None)
    if item is None or parsed.get_content_type() != "multipart/report":
        return None
    for block in _status_blocks(parsed):
        action = str(block.get("Action", "")).strip().lower()
        status = str(block.get("Status", "")).strip().split(" ")[0][:16]
        if action == "failed":
            return BounceReport(item, read_failure(status) is AddressFailure.gone, status)
    return None


def read_messages(path: Path) -> Iterator[bytes]:
    """Read the messages of a Maildir, of an mbox file, or the one of a file."""
    if path.is_dir():
        for key in sorted((box := Maildir(path, create=False)).keys()):
            yield box.get_bytes(key)
        return
    with path.open("rb") as file:
        is_mbox = file.read(5) == b"From "
    if not is_mbox:
        yield path.read_bytes()
        return
    messages = mbox(path, create=False)
    for key in messages.keys():  # noqa: SIM118 - a mailbox is no dictionary
        yield messages.get_bytes(key)


def _addresses(message: Message) -> Iterator[str]:
    for name in _TO:
        for value in message.get_all(name, []):
            for part in str(value)[:2_000].split(","):
                yield part.rpartition("<")[2].rstrip("> ").strip()


def _status_blocks(message: Message) -> Iterator[Message]:
    """Yield the blocks of headers of the delivery status, at any depth up to a limit."""
    for number, part in enumerate(message.walk()):
        if number >= MAX_PARTS:
            return
        if part.get_content_type() == "message/delivery-status" and isinstance(part.get_payload(), list):
            yield from (block for block in part.get_payload() if isinstance(block, Message))
