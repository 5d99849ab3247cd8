"""Contacts as the editors who send the notices read them, and the query of their list."""

from uuid import UUID

from pydantic import BaseModel, Field

from hub.consultation.answers.models import AnswerOutcome
from hub.domain.types import View
from hub.web.parameters import PageParams

MAX_CONTACTS = 1_000
"""Contacts of one page."""


class AnswerContactView(View):
    """Contact of the author of a comment, which was left for the notice of the answer (liên hệ để báo kết quả)."""

    comment: UUID = Field(description="UUID of the comment.")
    number: int = Field(description="Order of arrival of the comment.")
    path: str = Field(description="Path of the comment with its answer, relative to the base URL of the hub.")
    email: str | None = Field(description="Email address, if its author left one.")
    phone: str | None = Field(description="Phone number, if its author left one.")
    outcome: AnswerOutcome = Field(description="Outcome of the answer: accepted, partly, rejected, or noted.")


class AnswerContactPage(BaseModel):
    """A page of contacts."""

    items: list[AnswerContactView] = Field(description="Contacts, the first comment first.")
    next: str | None = Field(description="Cursor of the next page; null at the end.")


class CommentContactParams(PageParams):
    """Query of the contacts of a consultation."""

    limit: int = Field(MAX_CONTACTS, ge=1, le=MAX_CONTACTS, description="Maximum number of contacts per page.")
