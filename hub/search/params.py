"""Query parameters of search, suggestions and related documents."""

from pydantic import Field

from hub.domain.card_fields import fields_type
from hub.domain.kinds import KINDS, KindName
from hub.domain.scalars import SearchText
from hub.paging import DEFAULT_LIMIT, MAX_LIMIT
from hub.search.filters import SearchFilters, SearchSort
from hub.search.port import SearchQuery
from hub.web.parameters import LangParam, LangParams, NoParams


class SearchParams(SearchFilters):
    """Parameters of a search."""

    q: SearchText | None = Field(
        None,
        description="Words with or without diacritics, or a document number (từ khóa, số hiệu). Without it, all items "
        "that match the filters, newest first: to browse by facets.",
        examples=["truyen thong chinh sach"],
    )
    kind: KindName | None = Field(None, description="Only items of this kind.")
    sort: SearchSort = Field(
        SearchSort.relevance,
        description="Best match first; or among the items that contain every word newest first, or first those whose "
        "consultation ends soonest. Ties are broken by publication, newest first.",
    )
    fields: fields_type(*KINDS.values())  # type: ignore[valid-type]
    facets: bool = Field(
        True, description="`false`: `facets` is empty. Whoever shows none spares the counting, and the bytes."
    )
    lang: LangParam = None
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="Maximum number of items.")
    cursor: str | None = Field(None, max_length=1_000, description="The `next` of the previous page.")

    def query(self, lang: str) -> SearchQuery:
        """Build the query for the engines, without its filters."""
        text, browse = self.q or "", self.q is None
        return SearchQuery(text, self.kind, lang, self.limit, sort=self.sort, browse=browse, facets=self.facets)


class SuggestParams(NoParams):
    """Parameters of suggestions."""

    q: str = Field(
        max_length=200, description="The beginning of a query, with or without diacritics.", examples=["truyen t"]
    )
    limit: int = Field(8, ge=1, le=MAX_LIMIT, description="Maximum number of suggestions.")


class RelatedParams(LangParams):
    """Parameters of related documents."""

    limit: int = Field(6, ge=1, le=20, description="Maximum number of documents.")
