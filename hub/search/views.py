"""Response models of search, suggestions and related documents."""

from typing import Any, Union
from uuid import UUID

from pydantic import BaseModel, Field

from hub.content.item_views import LIST_ITEMS, CardMembers
from hub.domain.kinds import KindName
from hub.domain.kinds.bulletin import BulletinCard
from hub.domain.kinds.draft import DraftCard
from hub.domain.kinds.policy import PolicyCard
from hub.domain.kinds.statement import StatementCard
from hub.domain.types import View
from hub.search.similar import RelatedBy
from hub.search.suggest import SuggestionType

AnyListItem: Any = Union[*LIST_ITEMS.values(), CardMembers]


class FacetValue(BaseModel):
    """A facet value: a value that several results share."""

    value: str = Field(description="The value; pass it to the filter of the same name.", examples=["moi-truong"])
    label: str = Field(
        description="The value as people write it, in the requested language if it has a name there.",
        examples=["Môi trường"],
    )
    count: int = Field(description="Estimated number of results.")


class SearchItem(BaseModel):
    """One search result."""

    kind: KindName = Field(description="Kind of the item.")
    id: str = Field(description="UUID of the document.")
    document: AnyListItem = Field(description="Card of the item, or the members of it that `fields` names.")
    highlight: str | None = Field(
        None, description="Matching text as safe HTML with only `<mark>` tags; null if none can be shown."
    )
    article: str | None = Field(
        None, description="`ref` of the matching part, as in `nodes`; null if the item as a whole matched."
    )
    article_label: str | None = Field(None, description="Printed number of that part.", examples=["Điều 5"])


class SuggestionView(View):
    """A search suggestion (gợi ý)."""

    type: SuggestionType = Field(description="Type of the suggestion.")
    text: str = Field(description="Text for the search box.", examples=["269/KH-UBND"])
    item_kind: KindName | None = Field(None, description="Kind of the item, for a title or number.")
    id: UUID | None = Field(None, description="UUID of the item, for a title or number.")
    code: str | None = Field(None, description="Code of the topic or agency; pass it to the filter of that name.")


class Suggestions(BaseModel):
    """Search suggestions, most likely first."""

    items: list[SuggestionView] = Field(description="Suggestions, most likely first.")


class RelatedItem(BaseModel):
    """A document related to another."""

    kind: KindName = Field(description="Kind of the item.")
    id: str = Field(description="UUID of the document.")
    document: PolicyCard | DraftCard | BulletinCard | StatementCard = Field(description="Card of the item.")
    by: list[RelatedBy] = Field(description="Reasons: a stated relation, shared topics, similar titles.")


class RelatedItems(BaseModel):
    """Related documents, closest first."""

    items: list[RelatedItem] = Field(description="Related documents, closest first.")


class SearchPage(BaseModel):
    """A page of search results."""

    items: list[SearchItem] = Field(description="Results, best match first by default.")
    facets: dict[str, list[FacetValue]] = Field(
        description="Values by filter, with estimated counts; empty with `facets=false`. The only value of "
        "`in_force_on` is today."
    )
    engine: str = Field(
        description="`meilisearch`, or `postgres` while Meilisearch cannot answer.", examples=["meilisearch"]
    )
    estimated_total: int = Field(description="Estimated number of all results.")
    took_ms: int = Field(description="Time taken, in milliseconds.")
    did_you_mean: str | None = Field(
        None,
        description="Suggested spelling that live documents match, if a word of the query is in none; usually null.",
    )
    next: str | None = Field(None, description="Cursor of the next page; null at the end or after 1,000 results.")
