"""Query parameters shared by many addresses.

The API refuses unknown parameters. Addresses that people pass on ignore them: whoever shares a link adds some
(`fbclid`, `utm_source`), and the page behind it is the same.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hub.paging import DEFAULT_LIMIT, MAX_LIMIT

LangParam = Annotated[
    str | None,
    Field(max_length=8, description="Preferred language (`vi` or `en`); overrides Accept-Language.", examples=["vi"]),
]


class NoParams(BaseModel):
    """Query of addresses without parameters."""

    model_config = ConfigDict(extra="forbid")


class LangParams(NoParams):
    """Query of addresses that take only a language."""

    lang: LangParam = None


class SharedParams(BaseModel):
    """Query of addresses that people pass on, without parameters of their own."""

    model_config = ConfigDict(extra="ignore")


class SharedLangParams(SharedParams):
    """Query of pages that people pass on."""

    lang: LangParam = None


class PageParams(NoParams):
    """Query of lists without filters."""

    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="Maximum number of items per page.")
    cursor: str | None = Field(None, max_length=1_000, description="Cursor from `next` of the previous page.")
