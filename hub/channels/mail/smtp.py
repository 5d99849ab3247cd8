"""The connection to the mail server: one, reused, at a limited rate; and the meaning of its answers.

Before the text of a mail has gone out, whatever fails has sent nothing. After it, only an answer tells: without one
the mail may be on its way, which is `unknown` and never tried again.
"""

import asyncio
import time
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from urllib.parse import unquote, urlsplit

import aiosmtplib

from hub.errors import SetupProblem
from hub.settings import Settings

IDLE_SECONDS = 20.0
"""Seconds after which an unused connection is opened again: servers close theirs after a minute or more."""
PREPARATION, RECIPIENT = 0.3, 0.15
"""Parts of the time of a call for what comes before the text: beyond it nothing was sent, and it is said in time."""
THROTTLE = 0.2
"""Part of the time of a call that waits for the rate; a mail whose turn comes later is given back."""
MAX_WORDS = 300
_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class MailResult(StrEnum):
    """Result of sending one mail."""

    accepted = "accepted"
    retry = "retry"
    """Nothing was sent; the same mail can be sent later."""
    refused = "refused"
    """The mail server refuses this recipient, or this mail, for good."""
    unknown = "unknown"
    too_early = "too_early"
    """Nothing was sent: the rate allows the next mail only after `wait` seconds."""


@dataclass
class TextMark:
    """A mark of how far one mail came: until its text has begun to go out, nothing was sent."""

    has_begun: bool = False


@dataclass(frozen=True)
class MailReply:
    """Result of sending one mail, with the words of the mail server."""

    result: MailResult
    words: str
    code: int | None = None
    is_recipient: bool = False
    """True if the server refused the recipient, not the mail."""
    is_own_fault: bool = False
    """True if the server refuses the hub itself: its sender, its password, or the connection."""
    wait: float = 0.0
    """Seconds until the rate allows the mail, of `too_early`."""


@dataclass(frozen=True)
class SmtpServer:
    """The mail server of the settings."""

    host: str
    port: int
    use_tls: bool
    start_tls: bool
    user: str | None
    password: str | None

    @classmethod
    def parse(cls, url: str) -> "SmtpServer":
        """Parse `HUB_SMTP_URL`. Raises `SetupProblem`, which does not repeat the password."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port, parts = None, None, urlsplit("")
        if parts.scheme not in _PORTS or not host:
            raise SetupProblem(
                "HUB_SMTP_URL is not the address of a mail server.", expected="smtp://user:password@host:port"
            )
        return cls(
            host,
            port or _PORTS[parts.scheme],
            parts.scheme == "smtps",
            parts.scheme == "smtp+starttls",
            unquote(parts.username) if parts.username else None,
            unquote(parts.password) if parts.password else None,
        )


class SmtpSender:
    """Sends mails one after another over one connection, at most `per_minute` in a minute."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.timeout = settings.channel_call_seconds
        self._pause = 60.0 / settings.mail_per_minute
        self._client: aiosmtplib.SMTP | None = None
        self._lock = asyncio.Lock()
        self._used_at = self._next_at = 0.0

    @cached_property
    def server(self) -> SmtpServer | None:
        """The mail server of the settings; None without one. Raises `SetupProblem`."""
        given = self.settings.smtp_url
        return None if given is None else SmtpServer.parse(given.get_secret_value())

    async def send(self, return_path: str, recipient: str, message: bytes, mark: TextMark | None = None) -> MailReply:
        """Send one mail and return its result; raises nothing but a cancellation, and `SetupProblem` before it.

        After a cancellation, `mark` tells whether the text had begun to go out.
        """
        async with self._lock:
            most = self.timeout * THROTTLE
            if (wait := self._next_at - time.monotonic()) > 0:
                await asyncio.sleep(min(wait, most))
            if wait > most:
                return MailReply(MailResult.too_early, "The rate of mails is reached.", wait=wait - most)
            self._next_at = max(self._next_at, time.monotonic() - 1.0) + self._pause
            try:
                return await self._send(return_path, recipient, message, mark or TextMark())
            except BaseException:
                self._drop()  # the conversation stands somewhere in its middle
                raise
            finally:
                self._used_at = time.monotonic()

    async def close(self) -> None:
        """Close the connection."""
        async with self._lock:
            self._drop()

    async def _send(self, return_path: str, recipient: str, message: bytes, mark: TextMark) -> MailReply:
        if self.server is None:
            return MailReply(MailResult.retry, "HUB_SMTP_URL is not set.", is_own_fault=True)
        try:
            async with asyncio.timeout(self.timeout * PREPARATION):
                client = await self._open(return_path)
        except aiosmtplib.SMTPResponseException as problem:
            self._drop()
            return MailReply(MailResult.retry, _words(problem.code, problem.message), problem.code, is_own_fault=True)
        except (aiosmtplib.SMTPException, TimeoutError, OSError, ValueError) as problem:
            self._drop()
            return MailReply(MailResult.retry, _describe(problem), is_own_fault=True)
        try:
            async with asyncio.timeout(self.timeout * RECIPIENT):
                await client.rcpt(recipient)
        except aiosmtplib.SMTPResponseException as problem:
            await self._reset(client)
            return _refusal(problem, is_recipient=True)
        except (aiosmtplib.SMTPException, TimeoutError, OSError) as problem:
            self._drop()
            return MailReply(MailResult.retry, _describe(problem))
        mark.has_begun = True
        return await self._send_text(client, message)

    async def _send_text(self, client: aiosmtplib.SMTP, message: bytes) -> MailReply:
        try:
            answer = await client.data(message)
        except aiosmtplib.SMTPResponseException as problem:
            if problem.code >= 400:
                await self._reset(client)
                return _refusal(problem)
            self._drop()
            return MailReply(MailResult.unknown, _words(problem.code, problem.message), problem.code)
        except (aiosmtplib.SMTPException, OSError) as problem:
            self._drop()
            return MailReply(MailResult.unknown, f"no answer after the text: {_describe(problem)}")
        return MailReply(MailResult.accepted, _words(answer.code, answer.message), answer.code)

    async def _open(self, return_path: str) -> aiosmtplib.SMTP:
        """Return a connection on which a mail from the return path has begun.

        A server may have closed the last connection meanwhile: then another one is opened, once.
        """
        if self._client is not None and time.monotonic() - self._used_at < IDLE_SECONDS:
            try:
                await self._client.mail(return_path)
            except (aiosmtplib.SMTPServerDisconnected, OSError):
                pass
            else:
                return self._client
        self._drop()
        server = self.server
        if server is None:
            raise ValueError("no mail server")
        client = self._client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.use_tls,
            start_tls=server.start_tls,
            username=server.user,
            password=server.password,
            timeout=self.timeout,
        )
        await client.connect()
        await client.mail(return_path)
        return client

    async def _reset(self, client: aiosmtplib.SMTP) -> None:
        """End the mail that was refused, so that the connection can carry the next one."""
        try:
            await client.rset()
        except (aiosmtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


def _refusal(problem: aiosmtplib.SMTPResponseException, *, is_recipient: bool = False) -> MailReply:
    result = MailResult.refused if problem.code >= 500 else MailResult.retry
    return MailReply(result, _words(problem.code, problem.message), problem.code, is_recipient)


def _words(code: int, message: str) -> str:
    return f"{code} {' '.join(message.split())}"[:MAX_WORDS]


def _describe(problem: BaseException) -> str:
    return f"{type(problem).__name__}: {' '.join(str(problem).split())}"[:MAX_WORDS]
