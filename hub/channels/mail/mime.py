"""A mail as bytes: text and HTML, headers that no text can break, and the address of one-click unsubscription.

Headers with texts of people are encoded here (RFC 2047): the library loses the space between two encoded words. Those
about unsubscribing stand in one line each: a folded one breaks some verifiers of DKIM.
"""

import re
import unicodedata
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any

from hub.channels.mail.addresses import ParsedAddress, parse_address
from hub.errors import SetupProblem
from hub.settings import Settings
from hub.text import one_line

MAX_SUBJECT = 200
"""Characters of a subject; a longer one is cut."""
MAX_WORD, MAX_LINE = 39, 76
"""Bytes of text in one encoded word, so that it and the name of any header fit a line; characters of a line."""
PLAIN_NAME = re.compile(r"[A-Za-z0-9]+( [A-Za-z0-9]+)*")
"""Display names that need neither quotes nor encoding."""
TOKEN_SLOT = "_" * 36
"""Stands in a payload for the token of the subscription: a stored payload lets nobody unsubscribe another."""


@dataclass(frozen=True)
class MailSender:
    """The sender of all mails, from the settings."""

    name: str
    address: ParsedAddress
    return_path: ParsedAddress
    contact: str

    @classmethod
    def of(cls, settings: Settings) -> "MailSender":
        """Read the sender. Raises `SetupProblem` if a setting is missing or wrong."""
        name, given = parseaddr(settings.mail_from or "")
        try:
            address = parse_address(given)
            return_path = parse_address(settings.mail_return_path) if settings.mail_return_path else address
        except ValueError:
            raise SetupProblem(
                "HUB_MAIL_FROM or HUB_MAIL_RETURN_PATH is not an address to send mail from.",
                expected="`Cổng chính sách Huế <tin@hub.example.vn>`",
            ) from None
        contact = settings.mail_contact or address.address
        return cls(header_text(name, 100), address, return_path, header_text(contact, 200))


def header_text(text: str, most: int = MAX_SUBJECT) -> str:
    """Return a text as it may stand in a header: one line in NFC without control characters, cut to a length."""
    line = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text)
    line = one_line(line)
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def encode_header(name: str, text: str) -> str:
    """Return a header with a text of one line: as it is if it is short and in ASCII, else as encoded words. Pure."""
    is_plain = text.isascii() and "=?" not in text and len(name) + 2 + len(text) <= MAX_LINE
    return f"{name}: {text if is_plain else _encode_words(text)}"


def encode_sender(name: str, address: str) -> str:
    """Return the header `From`; a name that is more than short words in ASCII is encoded. Pure."""
    if not name:
        return f"From: {address}"
    is_plain = PLAIN_NAME.fullmatch(name) is not None and len(name) <= MAX_WORD
    # The address has a line of its own beside a name that fills several.
    gap = " " if is_plain or len(name.encode()) + len(address) < MAX_WORD else "\r\n "
    return f"From: {name if is_plain else _encode_words(name)}{gap}<{address}>"


def _encode_words(text: str) -> str:
    """Encode a text as words of RFC 2047, one a line. Every space stands inside a word: those between are dropped."""
    parts, rest = [], text
    while rest:
        end = fitting = 0
        for at, char in enumerate(rest, 1):
            fitting += len(char.encode())
            if fitting > MAX_WORD:
                break
            end = at
        if end < len(rest):
            end = rest.rfind(" ", 0, end) + 1 or end
        parts.append(rest[:end])
        rest = rest[end:]
    return "\r\n ".join(f"=?utf-8?b?{b64encode(part.encode()).decode()}?=" for part in parts)


def write_message(
    payload: Mapping[str, Any],
    *,
    sender: MailSender,
    recipient: ParsedAddress,
    message_id: str,
    at: datetime,
    base: str,
    token: str | None,
    can_unsubscribe: bool,
) -> bytes:
    """Write a mail of a payload: `subject`, `text`, `html`, `lang`; `token` is that of its subscription.

    `base` is the public URL of the hub, and `message_id` the same for every attempt of the item.
    """
    message = EmailMessage(policy=SMTP)
    message["Date"] = format_datetime(at)
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = header_text(payload["lang"], 8)
    slot = token or ""
    message.set_content(payload["text"].replace(TOKEN_SLOT, slot), cte="quoted-printable")
    message.add_alternative(payload["html"].replace(TOKEN_SLOT, slot), subtype="html", cte="quoted-printable")
    lines = [f"To: {recipient.address}", f"Message-ID: <{message_id}@{sender.address.domain}>"]
    if token is not None and can_unsubscribe:
        lines += [
            f"List-Id: <tin.{sender.address.domain}>",
            f"List-Unsubscribe: <{base}/s/{token}>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        ]
    encoded = [
        encode_sender(sender.name, sender.address.address),
        encode_header("Subject", header_text(payload["subject"])),
    ]
    head = "".join(f"{line}\r\n" for line in [*encoded, *(header_text(line, 900) for line in lines)])
    return head.encode("ascii") + message.as_bytes()
