"""Reads of the openness figures and of the items that each counts."""

from hub.consultation.queries import consultation_path
from hub.content.stored_views import parse_view
from hub.db import Database
from hub.domain.types import AgencyRef
from hub.openness.facts import Facts, PolicyFact, read_facts
from hub.openness.figures import CountedItem, count_figures, select_items, split_by_agency
from hub.openness.params import OpennessItemsParams, OpennessParams
from hub.openness.views import AgencyOpenness, OpennessFigures, OpennessItem, OpennessItems, OpennessView
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
    """List the items of a figure. Raises `UnknownReference` for an agency that is not known."""
    found = select_items(await _read(database, params, lang), params.figure)
    items = [_item(one) for one in found]
    return OpennessItems(figure=params.figure, total=sum(one.count for one in items), items=items)


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
