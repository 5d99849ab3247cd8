"""`security.txt` (RFC 9116): whom to tell about a security flaw, and until when that holds."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.settings import Settings
from hub.state import AlertReader
from hub.times import format_rfc3339, midnight, now

PATH = "/.well-known/security.txt"
ENDS_SOON = timedelta(days=30)
"""Time before its end at which the alarm is raised."""


def security_txt(settings: Settings, languages: Sequence[str]) -> str | None:
    """Write the file; None without a contact. `languages` are those that contacts understand."""
    if not settings.security_contact or settings.security_expires is None:
        return None
    lines = [f"Contact: {contact}" for contact in settings.security_contact]
    lines.append(f"Expires: {format_rfc3339(midnight(settings.security_expires))}")
    lines.append(f"Preferred-Languages: {', '.join(languages)}")
    if settings.public_url is not None:
        public = urlsplit(settings.public_url)
        lines.append(f"Canonical: {public.scheme}://{public.netloc}{PATH}")
    return "\n".join((*lines, ""))


def build_security_alarms(settings: Settings) -> AlertReader:
    """Build the reader of the alarm about a file that ends: its days left, and 1 from the last day on."""
    expires = settings.security_expires if settings.security_contact else None

    async def read_alarms(_: AsyncConnection) -> dict[str, int]:
        if expires is None:
            return {}
        left = midnight(expires) - now()
        return {"security_txt_ends": max(1, left.days) if left <= ENDS_SOON else 0}

    return read_alarms
