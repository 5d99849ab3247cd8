"""Response models of the resources of one document."""

from pydantic import BaseModel, Field

from hub.content.history import HistoryEntryView
from hub.content.relations import RelatedView


class HistoryPageView(BaseModel):
    """One page of a document's history."""

    items: list[HistoryEntryView] = Field(description="Entries, newest first.")
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")


class RelatedPageView(BaseModel):
    """One page of a document's relations."""

    items: list[RelatedView] = Field(description="Relations, newest related document first.")
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")
