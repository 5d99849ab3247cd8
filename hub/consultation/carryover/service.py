"""Decisions about places over REST and GraphQL alike: the verbs, once for each idempotency key."""

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal
from hub.consultation.carryover.commands import PlaceEditor
from hub.consultation.carryover.queries import PlaceKey
from hub.consultation.carryover.views import ManagedPlaceView, MovePlace
from hub.manage.http import EmptyBody, run_command_once, sent_members
from hub.manage.idempotency import StoredResponse
from hub.state import AppState

QUOTED = frozenset({"quote", "from_quote"})
"""Members with words of a draft, which the store of repeated answers does not keep: the draft may be removed."""


class PlaceVerb(StrEnum):
    """Decision about a place: to confirm it as found, to move it, or that there is none."""

    confirm = "confirm"
    move = "move"
    orphan = "orphan"


class PlaceVerbSpec(NamedTuple):
    """A verb on a place: the model of its body, the command, and its public description."""

    body: type[BaseModel]
    run: Callable[[PlaceEditor, Any], Awaitable[ManagedPlaceView]]
    description: str


PLACE_VERBS: Mapping[PlaceVerb, PlaceVerbSpec] = {
    PlaceVerb.confirm: PlaceVerbSpec(
        EmptyBody,
        lambda editor, _: editor.confirm(),
        "Confirm the place of a comment as it was found (xác nhận): what was uncertain counts, and what was orphaned "
        "stays so. 409 if it is confirmed.",
    ),
    PlaceVerb.move: PlaceVerbSpec(
        MovePlace,
        PlaceEditor.move,
        "Put a comment in another place of the later draft (chuyển vị trí): a node, words of it, or the whole draft.",
    ),
    PlaceVerb.orphan: PlaceVerbSpec(
        EmptyBody,
        lambda editor, _: editor.orphan(),
        "Record that a comment has no place in the later draft (không còn vị trí), because its provision was deleted.",
    ),
}


async def run_place_verb(
    parts: AppState,
    by: Principal,
    verb: PlaceVerb,
    consultation: UUID,
    key: PlaceKey,
    version: int | None,
    body: BaseModel,
    idempotency_key: str | None,
) -> StoredResponse:
    """Run a verb on the version of a place that the editor has read, once for the idempotency key."""

    async def command(session: AsyncSession) -> ManagedPlaceView:
        editor = await PlaceEditor.open(session, by, consultation, key, version)
        return await PLACE_VERBS[verb].run(editor, body)

    facts = (f"place-{verb.value}", consultation, key, version, sent_members(body))
    return await run_command_once(parts, by, idempotency_key, facts, command, secrets=QUOTED)
