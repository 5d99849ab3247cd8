"""Reads of the openness figures and of the items that each counts."""

from uuid import UUID

from hub.consultation.queries import consultation_path
from hub.content.stored_views import parse_view
from hub.db import Database
from hub.domain.types import AgencyRef
from hub.openness.facts import Facts, PolicyFact, read_facts
from hub.openness.figures import CountedItem, count_figures, select_items, split_by_agency
from hub.openness.params import OpennessItemsParams, OpennessParams
from hub.openness.views import AgencyOpenness, OpennessFigures, OpennessItem, OpennessItems, OpennessView
from hub.paging import decode_cursor, encode_cursor, list_digest, uuid_part
from hub.registry.hierarchy import get_registry


async def read_openness(database: Database, params: OpennessParams, lang: str) -> OpennessView:
    """Count the figures of a period by agency. Raises `UnknownReference` for an agency that is not known."""
    facts = await _read(database, params, lang)
    registry = await get_registry(database)
    return OpennessView(
        first_on=params.first_day,
        last_on=params.last_day,
        agencies=[
            AgencyOpenness(
                agency=AgencyRef(code=code, name=registry.name_in(lang, "agency", code) or code),
                **count_figures(of_agency),
            )
            for code, of_agency in split_by_agency(facts).items()
        ],
        total=OpennessFigures(**count_figures(facts)),
    )


async def list_openness_items(database: Database, params: OpennessItemsParams, lang: str) -> OpennessItems:
    """List a page of the items of a figure. Raises `InvalidCursor`, or `UnknownReference` for an unknown agency."""
    found = select_items(await _read(database, params, lang), params.figure)
    found.sort(key=lambda one: one.fact.id)
    rest = found
    if params.cursor is not None:
        [last] = decode_cursor(_list_name(params), params.cursor, uuid_part)
        rest = [one for one in found if one.fact.id > last]
    shown = rest[: params.limit]
    return OpennessItems(
        figure=params.figure,
        total=sum(one.count for one in found),
        items=[_item(one) for one in shown],
        next=item_cursor(params, shown[-1].fact.id) if len(rest) > len(shown) else None,
    )


def item_cursor(params: OpennessItemsParams, id_: UUID) -> str:
    """Return the cursor after an item."""
    return encode_cursor(_list_name(params), str(id_))


def _list_name(params: OpennessItemsParams) -> str:
    return list_digest("openness", params.figure, params.agency, params.first_day, params.last_day)


async def _read(database: Database, params: OpennessParams, lang: str) -> Facts:
    agencies = None
    if params.agency is not None:
        registry = await get_registry(database)
        registry.check_codes(agency=[params.agency])
        agencies = frozenset(registry.agency_with_descendants(params.agency))
    async with database.read() as connection:
        return await read_facts(connection, agencies, params.first_day, params.last_day, lang)


def _item(one: CountedItem) -> OpennessItem:
    is_policy = isinstance(one.fact, PolicyFact)
    document = one.fact.id if isinstance(one.fact, PolicyFact) else one.fact.draft_id
    card = parse_view(one.fact.card, document, "openness")
    return OpennessItem(
        subject="policy" if is_policy else "consultation",
        id=one.fact.id,
        agency=one.fact.agency,
        title=card["title"] if card else None,
        path=f"/api/v1/policies/{one.fact.id}" if is_policy else consultation_path(one.fact.id),
        count=one.count,
    )
