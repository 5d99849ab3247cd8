"""Query parameters that many addresses share. Unknown ones are always refused."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hub.paging import DEFAULT_LIMIT, MAX_LIMIT

LangParam = Annotated[
    str | None,
    Field(max_length=8, description="Language wanted (`vi`, `en`); wins over Accept-Language.", examples=["vi"]),
]


class NoParams(BaseModel):
    """For addresses that take no parameter."""

    model_config = ConfigDict(extra="forbid")


class LangParams(NoParams):
    """For addresses that take only a language."""

    lang: LangParam = None


class PageParams(NoParams):
    """For lists without filters."""

    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="How many items at most.")
    cursor: str | None = Field(None, max_length=1_000, description="The `next` of the page before.")
