"""Query parameters of lists, details and the resources of one document."""

from enum import StrEnum
from typing import Any, cast

from pydantic import ConfigDict, Field, create_model, model_validator

from hub.content.relations import RelationDirection
from hub.domain.as_of import AS_OF_DESCRIPTION, IN_FORCE_ON_DESCRIPTION, AsOf, parse_as_of
from hub.domain.card_fields import fields_type
from hub.domain.filters import DraftSort, SharedFilters, Sort
from hub.domain.kinds import KINDS, Kind
from hub.domain.kinds.draft import DRAFT
from hub.domain.kinds.policy import POLICY
from hub.domain.scalars import AnyDay
from hub.domain.types import RelationType
from hub.paging import DEFAULT_LIMIT, MAX_LIMIT
from hub.web.parameters import LangParam, LangParams, NoParams, PageParams


class Include(StrEnum):
    """Optional content of a list."""

    text = "text"


class ListParams(SharedFilters):
    """Parameters of every list."""

    lang: LangParam = None
    as_of: AsOf | None = Field(None, description=AS_OF_DESCRIPTION, examples=["2026-10-31"])
    sort: Sort = Field(Sort.published_desc, description="Sort order (thứ tự).")
    limit: int = Field(
        DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="Maximum number of items per page (số mục mỗi trang)."
    )
    cursor: str | None = Field(None, max_length=1_000, description="Value of `next` from the previous page.")
    include: Include | None = Field(
        None,
        description="`text`: full items instead of cards; a page then has fewer items if it would become too large.",
    )

    fields: str | None = None

    @model_validator(mode="after")
    def _check_cards(self) -> "ListParams":
        if self.fields is not None and self.include is not None:
            raise ValueError("fields: members are chosen of cards, not of full items; leave out `fields` or `include`")
        return self


class PolicyListParams(ListParams):
    """Parameters of the list of policies."""

    in_force_on: AnyDay | None = Field(None, description=IN_FORCE_ON_DESCRIPTION, examples=["2026-03-01"])


class DraftListParams(ListParams):
    """Parameters of the list of drafts."""

    sort: DraftSort = Field(DraftSort.published_desc, description="Sort order (thứ tự).")  # type: ignore[assignment]


class DetailParams(LangParams):
    """Parameters of one item."""

    as_of: AsOf | None = Field(None, description=AS_OF_DESCRIPTION, examples=["2026-10-31"])


class PolicyDetailParams(DetailParams):
    """Parameters of one policy."""

    in_force_on: AnyDay | None = Field(
        None,
        description="Return the policy only if it is in force on this legal date, otherwise 404 `not_in_force` with "
        "its dates. Cannot be combined with `as_of`.",
        examples=["2026-03-01"],
    )


_OWN_PARAMS: dict[str, type[ListParams]] = {POLICY.name: PolicyListParams, DRAFT.name: DraftListParams}


def _make_list_params(kind: Kind) -> type[ListParams]:
    base = _OWN_PARAMS.get(kind.name, ListParams)
    bases: Any = (base, *kind.filters)
    name, doc = f"{kind.name.capitalize()}ListParams", f"Parameters of the list of {kind.plural}."
    members: dict[str, Any] = {"fields": fields_type(kind)}
    return cast(type[ListParams], create_model(name, __base__=bases, __doc__=doc, **members))


_LIST_PARAMS = {name: _make_list_params(kind) for name, kind in KINDS.items()}


def list_params(kind: Kind) -> type[ListParams]:
    """Return the parameter model of a kind's list, with the filters, orders and members of that kind."""
    return _LIST_PARAMS[kind.name]


def time_params(params: ListParams | DetailParams) -> dict[str, Any]:
    """Return the requested time and legal date as keyword arguments of the queries."""
    as_of = None if params.as_of is None else parse_as_of(params.as_of)
    return {"as_of": as_of, "in_force_on": getattr(params, "in_force_on", None)}


_MAX_EDITION = 2**31 - 1


class HistoryParams(PageParams):
    """Parameters of a history."""

    lang: LangParam = Field(
        None, description="Only entries about this language; entries about all languages if absent."
    )


class DiffParams(NoParams):
    """Parameters of a comparison."""

    model_config = ConfigDict(populate_by_name=True)

    from_: int = Field(
        alias="from", description="Number of the older edition (phiên bản trước).", examples=[1], ge=1, le=_MAX_EDITION
    )
    to: int = Field(description="Number of the newer edition (phiên bản sau).", examples=[2], ge=1, le=_MAX_EDITION)
    lang: LangParam = None


class RelationParams(PageParams):
    """Parameters of a document's relations."""

    direction: RelationDirection | None = Field(
        None,
        description="`out`: relations from this document to others; `in`: relations from others to it; both if absent.",
    )
    type: RelationType | None = Field(None, description="Only relations of this type.")
    lang: LangParam = None


class LegalForceParams(LangParams):
    """Parameters of legal force."""

    on: AnyDay | None = Field(None, description="Legal date; defaults to today in Việt Nam.", examples=["2026-03-01"])
