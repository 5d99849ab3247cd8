"""Parameters of feeds: name, format, filters, and the canonical URL."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from pydantic import ConfigDict, Field, ValidationError, model_validator

from hub.domain.filters import FeedFilters, Filters, SharedFilters, cursor_filters, select_filters
from hub.domain.kinds import BY_PLURAL, KINDS
from hub.domain.kinds.draft import ConsultationFilters
from hub.domain.kinds.impact import ImpactFilters
from hub.errors import InvalidInput, NotFound
from hub.paging import MAX_LIMIT, list_digest
from hub.problem_texts.templates import fill, one_of
from hub.urls import parse_web_url
from hub.web.feed_links import ALL, FeedFormat, filter_query
from hub.web.language import negotiate_language
from hub.web.parameters import LangParam

PAGE_SIZE = 20
"""Default number of items of a page."""

_FORMATS = {form.value for form in FeedFormat}


class FeedParams(FeedFilters):
    """Query parameters of a feed: the filters of the lists. Unknown ones are ignored: people pass feeds on."""

    model_config = ConfigDict(extra="ignore")

    lang: LangParam = Field(
        None,
        max_length=8,
        description="Preferred language (`vi`, `en`); by default the first language of the hub. `Accept-Language` is "
        "ignored, because the URL of a feed identifies its content.",
        examples=["vi"],
    )
    limit: int = Field(PAGE_SIZE, ge=1, le=MAX_LIMIT, description="Maximum number of items (số mục mỗi trang).")
    cursor: str | None = Field(None, max_length=1_000, description="Cursor from the links `next` and `previous`.")

    @model_validator(mode="before")
    @classmethod
    def _refuse_days(cls, given: Any) -> Any:
        """Refuse the filters of lists that feeds cannot have, instead of ignoring them as other unknown names."""
        names = [name for name in ConsultationFilters.model_fields if isinstance(given, dict) and given.get(name)]
        if names:
            raise ValueError(
                fill(
                    "{name}: a feed follows what is published, not the days on which consultations open and "
                    "close; use the list of drafts, or the calendar /feeds/consultations.ics",
                    name=names[0],
                )
            )
        return given


@dataclass(frozen=True)
class Feed:
    """A requested feed, with all defaults applied."""

    name: str
    """`policies`, `drafts`, `bulletins`, `statements` or `all`."""
    form: FeedFormat
    filters: Filters
    lang: str
    default_lang: str
    limit: int = PAGE_SIZE
    cursor: str | None = None

    @property
    def kind(self) -> str | None:
        """Kind of its items; None for all kinds."""
        return None if self.name == ALL else BY_PLURAL[self.name].name

    @property
    def fingerprint(self) -> str:
        """Digest that its cursors are bound to; they are valid for every format."""
        first, others = cursor_filters(self.filters, Filters)
        return list_digest("feed", self.name, first, self.lang, **others)

    def path(self, *, form: FeedFormat | None = None, cursor: str | None = None) -> str:
        """Return the canonical path and query: filters sorted by name, without defaults."""
        query: dict[str, Any] = self.filters.model_dump(mode="json", exclude_none=True)
        if self.lang != self.default_lang:
            query["lang"] = self.lang
        if self.limit != PAGE_SIZE:
            query["limit"] = self.limit
        if cursor is not None:
            query["cursor"] = cursor
        return f"/feeds/{self.name}.{form or self.form}{filter_query(query)}"


def _check_filters(name: str, params: FeedParams) -> None:
    for field in [name for name in FeedFilters.model_fields if name not in SharedFilters.model_fields]:
        feeds = [*(kind.plural for kind in KINDS.values() if field in kind.filter_names), ALL]
        if getattr(params, field) is not None and name not in feeds:
            raise InvalidInput(
                fill("The feed `{name}` has no filter `{field}`.", name=name, field=field),
                field=field,
                expected=fill("a feed of {feeds}", feeds=one_of(feeds)),
            )


def build_feed(name: str, form: str, params: FeedParams, languages: tuple[str, ...]) -> Feed:
    """Build a feed from the parts of its URL. Raises `NotFound` for an unknown name or format."""
    if name != ALL and name not in BY_PLURAL:
        raise NotFound(fill("There is no feed `{name}`.", name=name), field="name", expected=one_of((*BY_PLURAL, ALL)))
    if form not in _FORMATS:
        raise NotFound(fill("There is no feed format `{form}`.", form=form), field="form", expected=one_of(FeedFormat))
    _check_filters(name, params)
    filters = select_filters(params)
    lang = negotiate_language(params.lang, None, languages)
    return Feed(name, FeedFormat(form), filters, lang, languages[0], params.limit, params.cursor)


def parse_feed_url(url: str, languages: tuple[str, ...]) -> tuple[str, Feed]:
    """Parse an absolute URL into the base URL of the hub and a feed.

    Raises `InvalidInput` or `NotFound` for any other URL.
    """
    expected = "the URL of a feed of this hub, as in its link `self`"
    try:
        parts = parse_web_url(url)
    except ValueError as problem:
        raise InvalidInput(fill("{url} is not a URL.", url=url[:200]), field="url", expected=expected) from problem
    root, found, end = parts.path.rpartition("/feeds/")
    name, dot, form = end.partition(".")
    if not found or not dot or parts.fragment:
        raise InvalidInput(fill("{url} is not a feed of this hub.", url=url), field="url", expected=expected)
    try:
        query = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query), max_num_fields=20)
        params = FeedParams.model_validate({key: values[0] for key, values in query.items()})
        if any(len(query[name]) > 1 for name in params.model_fields_set):
            raise InvalidInput("A parameter occurs twice.", field="url", expected=expected)
    except ValidationError as problem:
        raise InvalidInput(InvalidInput.of(problem.errors()).detail, field="url", expected=expected) from problem
    except ValueError as problem:
        raise InvalidInput(
            fill("The query of {url} is not valid.", url=url), field="url", expected=expected
        ) from problem
    return f"{parts.scheme}://{parts.netloc}{root}", build_feed(name, form, params, languages)


class CalendarParams(SharedFilters, ImpactFilters):
    """Parameters of the calendar: the filters of the list of drafts. Unknown ones are ignored."""

    model_config = ConfigDict(extra="ignore")

    lang: LangParam = None
