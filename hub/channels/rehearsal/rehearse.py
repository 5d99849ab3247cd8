"""Rehearsals: the working edition is built as if it were published now, and every channel renders it. Reads only."""

import inspect
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.principal import Principal, Scope
from hub.channels.actions import Standing, find_action, occurrence_of, standing_of
from hub.channels.approval import build_material
from hub.channels.items import list_switched_on
from hub.channels.port import ChannelPort, ItemAction, ItemState, Material
from hub.channels.promises import find_promise
from hub.channels.registry import ChannelRegistration, find_built, list_channels
from hub.channels.rehearsal.views import ChannelRehearsal, MisfitView, Rehearsal
from hub.channels.rows import COPY
from hub.content.models import Document, Edition
from hub.domain.lifecycle import WORKING_STATES, DocumentState
from hub.errors import NotFound
from hub.faults import describe_fault
from hub.log.append import Event
from hub.problem_texts.catalogue import ProblemWriter
from hub.problem_texts.templates import fill
from hub.web.language import require_languages


async def rehearse(
    connection: AsyncConnection,
    languages: Sequence[str],
    by: Principal,
    document_id: UUID,
    lang: str,
    number: int,
    *,
    is_exercise: bool,
    writer: ProblemWriter,
) -> Rehearsal:
    """Render a working edition for every channel. Raises `NotFound`, `Forbidden`, or `InvalidInput` if it could not
    be published, and for a language that is not one of `languages`. Limits and notes are told as `writer` writes.
    """
    require_languages([lang], languages)
    async with AsyncSession(connection) as session:
        document = await session.get(Document, document_id)
        if document is None:
            raise NotFound("There is no document with this id.", field="id")
        is_public = document.state != DocumentState.unpublished
        by.require_for_document(Scope.read_working, document.owner, is_public=is_public)
        query = select(Edition).where(
            Edition.document_id == document_id,  # type: ignore[arg-type]
            Edition.lang == lang,  # type: ignore[arg-type]
            Edition.number == number,  # type: ignore[arg-type]
        )
        edition = (await session.execute(query)).scalar_one_or_none()
        if edition is None or edition.state not in WORKING_STATES:
            raise NotFound(
                fill("There is no working edition {number} in `{lang}`.", number=number, lang=lang), field="n"
            )
        built = await build_material(session, document, edition)
        event = Event.corrected if edition.correction_of is not None else Event.published
        material = replace(built, event=event.value, is_exercise=is_exercise)
        update_type, kind = edition.update_type, document.kind
    registered = sorted(list_channels(), key=lambda each: each.name)
    on = await list_switched_on(connection, [each.name for each in registered])
    received = await _list_received(connection, document_id, lang)
    return Rehearsal(
        document_id=document_id,
        lang=lang,
        edition=number,
        at=material.published_at,
        is_exercise=is_exercise,
        channels=[
            await _rehearse_channel(
                each,
                material,
                _find_action(each, material, kind, event, update_type, was_received=each.name in received),
                writer,
                is_on=each.name in on,
            )
            for each in registered
        ],
    )


async def _list_received(connection: AsyncConnection, document_id: UUID, lang: str) -> frozenset[str]:
    """List the channels whose public has an edition of the document."""
    query = select(COPY.c.channel).where(
        COPY.c.document_id == document_id, COPY.c.lang == lang, COPY.c.state == ItemState.live
    )
    return frozenset((await connection.execute(query)).scalars())


def _find_action(
    channel: ChannelRegistration, material: Material, kind: str, event: Event, update_type: str, *, was_received: bool
) -> ItemAction | None:
    view = material.view
    if channel.is_addressed:
        return None
    if channel.wants is not None:
        wanted = channel.wants(view)
        kept, new = (Standing.kept, Standing.new) if wanted else (Standing.dropped, Standing.absent)
        standing = kept if was_received else new
    elif kind == "bulletin":
        standing = standing_of(channel.name, view["channels"], view["priority"], was_received=was_received)
    else:
        return None
    occurrence = occurrence_of(event, update_type, was_received=was_received)
    return find_action(channel.name, occurrence, standing, view.get("priority"))


async def _rehearse_channel(
    registration: ChannelRegistration,
    material: Material,
    action: ItemAction | None,
    writer: ProblemWriter,
    *,
    is_on: bool,
) -> ChannelRehearsal:
    channel = find_built(registration.name)
    payload: dict[str, Any] | None = None
    misfits: list[MisfitView] = []
    notes: list[str] = []
    if channel is not None and (action is not None or registration.is_addressed):
        payload, misfits, notes = await _render(channel, replace(material, action=action or ItemAction.publish), writer)
    minutes = find_promise(registration.name, material.view.get("priority")) if action else None
    return ChannelRehearsal(
        channel=registration.name,
        is_on=is_on,
        action=action,
        promised_minutes=minutes,
        promised_by=material.published_at + timedelta(minutes=minutes) if minutes is not None else None,
        payload=payload,
        size=None if payload is None else len(orjson.dumps(payload)),
        misfits=misfits,
        notes=notes,
    )


async def _render(
    channel: ChannelPort, material: Material, writer: ProblemWriter
) -> tuple[dict[str, Any] | None, list[MisfitView], list[str]]:
    """Render with the limits and notes of a channel; one that fails says so in its notes."""
    try:
        found = channel.check(material)
        misfits = [
            MisfitView(field=m.field, code=m.code, limit=m.limit, actual=m.actual, detail=writer.write(m.detail))
            for m in found
        ]
        # An addressed channel has none of its own for a document.
        payload = orjson.loads(orjson.dumps(channel.render(material))) or None
        notes = getattr(channel, "notes", None)
        said = [] if notes is None else notes(material)
        if inspect.isawaitable(said):
            said = await said
    except Exception as problem:
        return None, [], [writer.write(fill("Not rendered: {problem}", problem=describe_fault(problem)))]
    return payload, misfits, [writer.write(each) for each in said]
