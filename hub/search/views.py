"""Response models of search, suggestions and related documents."""

from uuid import UUID

from pydantic import BaseModel, Field

from hub.domain.kinds import KindName as KindName
from hub.domain.kinds.bulletin import BulletinCard
from hub.domain.kinds.draft import DraftCard
from hub.domain.kinds.policy import PolicyCard
from hub.domain.kinds.statement import StatementCard
from hub.domain.types import View
from hub.search.similar import RelatedBy
from hub.search.suggest import SuggestionType


class FacetValue(BaseModel):
    """A value that results share."""

    value: str = Field(description="Give it to the filter of this name.", examples=["moi-truong"])
    label: str = Field(description="Its name where the registry has one.", examples=["Môi trường"])
    count: int = Field(description="Estimated number of results.")


class SearchItem(BaseModel):
    """One found item."""

    kind: KindName = Field(description="Which of the four kinds.")
    id: str = Field(description="The document's UUID.")
    document: PolicyCard | DraftCard | BulletinCard | StatementCard = Field(description="Its card.")
    highlight: str | None = Field(
        None, description="Where it matched: safe HTML with `<mark>`, and no other tags; null when nothing fits."
    )
    article: str | None = Field(
        None, description="Ref of the part that matched, as in `nodes`; null when the item as a whole did."
    )
    article_label: str | None = Field(None, description="That part's printed number.", examples=["Điều 5"])


class SuggestionView(View):
    """Something a reader may be about to type (gợi ý)."""

    type: SuggestionType = Field(description="What it is.")
    text: str = Field(description="What to put into the search box.", examples=["269/KH-UBND"])
    item_kind: KindName | None = Field(None, description="The item's kind, for a title or number.")
    id: UUID | None = Field(None, description="The item's UUID, for a title or number.")
    code: str | None = Field(None, description="Code of the topic or agency; give it to the filter of this name.")


class Suggestions(BaseModel):
    """Suggestions, the likeliest first."""

    items: list[SuggestionView] = Field(description="The likeliest first.")


class RelatedItem(BaseModel):
    """A document related to another."""

    kind: KindName = Field(description="Which of the four kinds.")
    id: str = Field(description="The document's UUID.")
    document: PolicyCard | DraftCard | BulletinCard | StatementCard = Field(description="Its card.")
    by: list[RelatedBy] = Field(description="Why: a stated relation, shared topics, titles that say the same.")


class RelatedItems(BaseModel):
    """Related documents, the closest first."""

    items: list[RelatedItem] = Field(description="The closest first.")


class SearchPage(BaseModel):
    """A page of results."""

    items: list[SearchItem] = Field(description="Best match first.")
    facets: dict[str, list[FacetValue]] = Field(
        description="By filter: its values, estimated. Of `in_force_on` the only one is today."
    )
    engine: str = Field(description="`meilisearch`, or `postgres` while that cannot answer.", examples=["meilisearch"])
    estimated_total: int = Field(description="Estimated number of all results.")
    took_ms: int = Field(description="Time taken, in milliseconds.")
    did_you_mean: str | None = Field(
        None, description="A spelling that live documents answer to, where a word is in none; null mostly."
    )
    next: str | None = Field(None, description="Cursor of the following page; null at the end or at 1,000 results.")
