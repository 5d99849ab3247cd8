"""Items as lists, details and searches show them: the stored view, with facts of today and addresses beside it."""

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
from hub.web.public_urls import page_path

URL_DESCRIPTION = (
    "Absolute URL of the page for readers (địa chỉ web). Told where `now` is: it is no part of the stored text."
)
ELI_DESCRIPTION = (
    "Absolute URL of a policy by its type, year and number, after the European Legislation Identifier (ELI); null for "
    "policies without a number and for other kinds. If several have the number, it offers a choice. Told where `now` "
    "is."
)


def _add_members(model: type[Card], name: str) -> Any:
    """Add the members that stand beside the stored ones."""
    now: Any = (NowView | None, Field(None, description=NOW_DESCRIPTION))
    url: Any = (str | None, Field(None, description=URL_DESCRIPTION, examples=["https://chinhsach.hue.gov.vn/d/0190…"]))
    eli: Any = (
        str | None,
        Field(
            None,
            description=ELI_DESCRIPTION,
            examples=["https://chinhsach.hue.gov.vn/eli/vn/hue/ke-hoach/2023/269/kh-ubnd"],
        ),
    )
    return create_model(name, __base__=model, __doc__=model.__doc__, now=now, url=url, eli=eli)


LIST_ITEMS: dict[str, Any] = {
    name: _add_members(kind.card, f"{name.capitalize()}ListItem") for name, kind in KINDS.items()
}
"""Response models of cards by kind."""
ITEMS: dict[str, Any] = {name: _add_members(kind.full, f"{name.capitalize()}Item") for name, kind in KINDS.items()}
"""Response models of full items by kind."""


class CardMembers(BaseModel):
    """Members of a card, as the parameter `fields` names them."""

    model_config = ConfigDict(extra="allow")

    id: UUID = Field(description="The document's UUID.")


def item_json(row: ViewRow, base: str, fields: str | None = None) -> bytes:
    """Return an item for REST: the stored bytes and what stands beside them, or only some members of both.

    An item as it was in the past has the stored bytes alone: the log has their hash. `base` is the public base URL.
    """
    if fields is None:
        return add_members(row.json, {**row.beside, **_addresses(row, base)}) if row.beside else row.json
    return orjson.dumps(select_fields(item_dict(row, base), fields))


def item_dict(row: ViewRow, base: str) -> dict[str, Any]:
    """Return an item for GraphQL, with the facts of today and its addresses."""
    found: dict[str, Any] = orjson.loads(row.json)
    found.update(row.beside)
    found.update(_addresses(row, base))
    return found


def _addresses(row: ViewRow, base: str) -> dict[str, str | None]:
    return {"url": base + page_path(row.document_id), "eli": None if row.eli is None else base + row.eli}
