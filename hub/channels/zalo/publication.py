"""Publication hook of Zalo: a warning when an urgent bulletin is saved for a broadcast, which is not the fast path."""

from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.zalo.views import NOT_FAST
from hub.content.models import Document, Edition
from hub.content.publication_registry import PublicationHook, add_nothing, allow
from hub.domain.content_warnings import report_cleaning
from hub.domain.kinds.bulletin import Channel, Priority


async def warn_of_slow_path(session: AsyncSession, document: Document, edition: Edition) -> None:
    """Report that a broadcast is slow, for an urgent bulletin that names it."""
    del session, document
    channels = edition.content.get("channels", ())
    if Channel.zalo_broadcast in channels and edition.content.get("priority") == Priority.urgent:
        report_cleaning("channels", "broadcast_not_fast", NOT_FAST)


HOOK = PublicationHook("zalo", frozenset(), add_nothing, allow, warn_of_slow_path)
