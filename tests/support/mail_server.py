"""A real SMTP server on loopback (aiosmtpd) that takes mails, refuses them, is slow, or loses its last reply."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

LOST = "lost"
"""A reply that never comes: the connection is cut after the mail was taken."""


@dataclass(frozen=True)
class TakenMail:
    """A mail that the server took, whether or not it could say so."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        found = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    def _body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        assert part is not None
        return str(part.get_content())


@dataclass
class MailServer:
    """What the server took, and what it says."""

    port: int = 0
    mails: list[TakenMail] = field(default_factory=list)
    connections: int = 0
    on_mail: Callable[[str], str] = lambda _: "250 ok"
    on_recipient: Callable[[str], str] = lambda _: "250 ok"
    on_text: Callable[[TakenMail], str] = lambda _: "250 taken"
    """Answers after the text; an answer that is not 2xx takes nothing, `LOST` takes the mail and cuts the line."""
    slow: float = 0.0
    """Seconds before each answer to a recipient."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def subjects(self) -> list[str]:
        return [str(mail.message["subject"]) for mail in self.mails]

    def to(self, address: str) -> list[TakenMail]:
        """The mails to an address."""
        return [mail for mail in self.mails if mail.recipients == (address,)]


class _Handler:
    def __init__(self, server: MailServer) -> None:
        self.server = server

    async def handle_EHLO(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        with self.server.lock:
            self.server.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.server.on_mail(address)
        if answer.startswith("2"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.server.slow:
            await asyncio.sleep(self.server.slow)
        answer = self.server.on_recipient(address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        mail = TakenMail(envelope.mail_from or "", tuple(envelope.rcpt_tos), envelope.content)
        answer = self.server.on_text(mail)
        if answer == LOST or answer.startswith("2"):
            with self.server.lock:
                self.server.mails.append(mail)
        if answer == LOST:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
            return "250 nobody hears it"
        return answer


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server for the block."""
    server = MailServer()
    with socket.create_server(("127.0.0.1", 0)) as free:
        server.port = free.getsockname()[1]
    controller = Controller(_Handler(server), hostname="127.0.0.1", port=server.port, ready_timeout=20)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def wait_for_mails(server: MailServer, count: int, seconds: float = 30) -> None:
    """Wait until the server took so many mails."""
    until = time.monotonic() + seconds
    while len(server.mails) < count and time.monotonic() < until:
        time.sleep(0.02)
    assert len(server.mails) >= count, f"{len(server.mails)} of {count}"
