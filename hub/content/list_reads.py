"""One page of a list for the parameters that REST and GraphQL share."""

from hub.content.filter_expansion import expand_filters
from hub.content.params import ListParams, time_params
from hub.content.queries import Page, list_views
from hub.db import Database
from hub.domain.filters import select_filters
from hub.domain.kinds import Kind


async def read_list(
    database: Database,
    kind: Kind,
    params: ListParams,
    *,
    lang: str,
    whole: bool,
    max_bytes: int,
    with_now: bool = True,
    with_cursors: bool = True,
) -> Page:
    """Return a page of live items of a kind: cards, or with `whole` full items up to `max_bytes`.

    Raises `UnknownReference` for a filter by an unknown code, and what `list_views` raises.
    """
    filters = select_filters(params)
    return await list_views(
        database,
        kind.name,
        filters,
        expanded=await expand_filters(database, filters),
        lang=lang,
        sort=params.sort,
        limit=params.limit,
        cursor=params.cursor,
        text=whole,
        max_bytes=max_bytes,
        with_now=with_now,
        with_cursors=with_cursors,
        **time_params(params),
    )
