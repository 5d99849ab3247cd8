"""Items as lists, details and searches show them: the stored view with the facts of today beside it."""

from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field, create_model

from hub.content.now import add_members
from hub.content.visibility import ViewRow
from hub.domain.card_fields import select_fields
from hub.domain.kinds import KINDS
from hub.domain.now import NOW_DESCRIPTION, NowView
from hub.domain.types import Card


def _add_now_member(model: type[Card], name: str) -> Any:
    now: Any = (NowView | None, Field(None, description=NOW_DESCRIPTION))
    return create_model(name, __base__=model, __doc__=model.__doc__, now=now)


LIST_ITEMS: dict[str, Any] = {
    name: _add_now_member(kind.card, f"{name.capitalize()}ListItem") for name, kind in KINDS.items()
}
"""Response models of cards by kind."""
ITEMS: dict[str, Any] = {name: _add_now_member(kind.full, f"{name.capitalize()}Item") for name, kind in KINDS.items()}
"""Response models of full items by kind."""


class CardMembers(BaseModel):
    """Members of a card, as the parameter `fields` names them."""

    model_config = ConfigDict(extra="allow")

    id: UUID = Field(description="The document's UUID.")


def item_json(row: ViewRow, fields: str | None = None) -> bytes:
    """Return an item for REST: the stored bytes and what stands beside them, or only some members of both."""
    if fields is None:
        return add_members(row.json, row.beside) if row.beside else row.json
    return orjson.dumps(select_fields(item_dict(row), fields))


def item_dict(row: ViewRow) -> dict[str, Any]:
    """Return an item for GraphQL, with the facts of today."""
    found: dict[str, Any] = orjson.loads(row.json)
    found.update(row.beside)
    return found
