"""Limits of channels when an editor submits, approves, schedules or publishes: a text that does not fit is refused
here, where somebody can shorten it.
"""

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.actions import is_named
from hub.channels.items import list_switched_on
from hub.channels.port import ItemAction, Material, Misfit
from hub.channels.registry import ChannelRegistration, find_built, list_channels
from hub.content.models import Document, Edition
from hub.content.publishing import build_named_view, load_view_sources
from hub.content.view_names import CodeSet, NameLookup
from hub.db import database_now
from hub.domain.kinds.bulletin import BulletinContent
from hub.errors import ChannelLimit
from hub.problem_texts.templates import fill

DEFAULT_CHANNELS = BulletinContent.model_fields["channels"].default


async def check_limits(session: AsyncSession, document: Document, edition: Edition) -> None:
    """Refuse an edition that does not fit a channel that it names and that is switched on. Raises `ChannelLimit`."""
    channels = [each for each in list_channels() if not each.is_addressed and _may_name(each, document, edition)]
    on = await list_switched_on(session, [each.name for each in channels])
    built = [channel for each in channels if each.name in on and (channel := find_built(each.name)) is not None]
    if not built:
        return
    material = await build_material(session, document, edition)
    wanted = {each.name for each in channels if each.wants is None or each.wants(material.view)}
    misfits = [misfit for channel in built if channel.name in wanted for misfit in channel.check(material)]
    misfits = [each for each in misfits if not each.is_of_setup]
    if misfits:
        raise _refusal(misfits)


def _may_name(channel: ChannelRegistration, document: Document, edition: Edition) -> bool:
    if not channel.may_want(document.kind):
        return False
    if channel.wants is not None:
        return True
    return is_named(channel.name, edition.content.get("channels", DEFAULT_CHANNELS), edition.content.get("priority"))


async def build_material(session: AsyncSession, document: Document, edition: Edition) -> Material:
    """Build the view that the edition would have if it were published now. Reads only."""
    moment = await database_now(session)
    documents = {document.id: document}
    [source] = await load_view_sources(
        session, [edition], documents, as_of=moment, were_public=False, unpublished_at=moment
    )
    codes = CodeSet()
    codes.add(source.owner, source.content)
    view = build_named_view(source, await NameLookup.load(session, codes))
    return Material(
        document.id, edition.lang, edition.number, ItemAction.publish, "published", orjson.loads(view.full), moment
    )


def _refusal(misfits: list[Misfit]) -> ChannelLimit:
    first = misfits[0]
    errors = [
        {"channel": each.channel, "field": f"content.{each.field}", "code": each.code, "detail": each.detail}
        | ({} if each.limit is None else {"limit": each.limit})
        | ({} if each.actual is None else {"actual": each.actual})
        | ({} if each.expected is None else {"expected": each.expected})
        for each in misfits
    ]
    return ChannelLimit(
        fill("{channel}: {detail}", channel=first.channel, detail=first.detail),
        field=f"content.{first.field}",
        expected=first.expected,
        errors=errors,
    )
