"""A mail as bytes: text and HTML, headers that no text can break, and the address of one-click unsubscription.

The headers about unsubscribing are written by hand, each in one line: a folded one breaks some verifiers of DKIM.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
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
    local, _, domain = sender.address.address.rpartition("@")
    message["From"] = Address(sender.name, local, domain)
    to_local, _, to_domain = recipient.address.rpartition("@")
    message["To"] = Address("", to_local, to_domain)
    message["Subject"] = header_text(payload["subject"])
    message["Date"] = format_datetime(at)
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = header_text(payload["lang"], 8)
    slot = token or ""
    message.set_content(payload["text"].replace(TOKEN_SLOT, slot), cte="quoted-printable")
    message.add_alternative(payload["html"].replace(TOKEN_SLOT, slot), subtype="html", cte="quoted-printable")
    lines = [f"Message-ID: <{message_id}@{sender.address.domain}>"]
    if token is not None and can_unsubscribe:
        lines += [
            f"List-Id: <tin.{sender.address.domain}>",
            f"List-Unsubscribe: <{base}/s/{token}>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        ]
    head = "".join(f"{header_text(line, 900)}\r\n" for line in lines)
    return head.encode("ascii") + message.as_bytes()
