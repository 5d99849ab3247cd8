"""Parameters of an embedded list: attributes of the elements and query parameters of the iframe."""

from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import BeforeValidator, Field, StringConstraints, field_validator, model_validator

from hub.domain.filters import Filters
from hub.domain.kinds import KINDS
from hub.domain.scalars import Code, Line
from hub.errors import InvalidInput
from hub.problem_texts.templates import fill, list_names
from hub.web.parameters import SharedParams

MAX_ITEMS = 50


class Theme(StrEnum):
    """Color scheme of a list."""

    auto = "auto"
    light = "light"
    dark = "dark"


class EmbedLang(StrEnum):
    """Languages of an embedded list."""

    vi = "vi"
    en = "en"


class Summaries(StrEnum):
    """Presence of summaries in a list."""

    off = "off"
    on = "on"


def _normalize_kinds(value: object) -> object:
    return " ".join(dict.fromkeys(value.replace(",", " ").split())) if isinstance(value, str) else value


class EmbedParams(SharedParams):
    """Parameters of `/embed` and `/embed/feed`. An empty value, as of an empty form field, counts as absent."""

    kind: Annotated[str, BeforeValidator(_normalize_kinds), StringConstraints(max_length=60)] | None = Field(
        None,
        description="policy, draft, bulletin, statement, or several of them separated by spaces. All by default.",
    )
    agency: Code | None = Field(None, description="Code of the agency that publishes the items.")
    topic: Code | None = Field(None, description="Code of a topic.")
    place: Code | None = Field(None, description="Code of an administrative unit.")
    limit: int = Field(5, ge=1, le=MAX_ITEMS, description="Maximum number of items.")
    summary: Summaries = Field(Summaries.off, description="`on` shows the summary of each item.")
    theme: Theme = Field(
        Theme.auto,
        description="Color scheme: `light`, `dark`, or `auto`, which follows the page or, in a frame, the system.",
    )
    lang: EmbedLang = Field(EmbedLang.vi, description="Language of the list.")
    heading: Annotated[Line, StringConstraints(max_length=120)] | None = Field(
        None, description="Heading above the list."
    )

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, given: Any) -> Any:
        return {name: value for name, value in given.items() if value != ""} if isinstance(given, dict) else given

    @field_validator("kind")
    @classmethod
    def _check_kinds(cls, kind: str | None) -> str | None:
        if kind is not None and (unknown := [name for name in kind.split() if name not in KINDS]):
            raise ValueError(fill("{name} is not one of {kinds}", name=unknown[0], kinds=list_names(KINDS)))
        return kind

    @property
    def kinds(self) -> list[str]:
        """The requested kinds, in the order of `KINDS`."""
        return [kind for kind in KINDS if self.kind is None or kind in self.kind.split()]

    @property
    def filters(self) -> Filters:
        """The filters of the list."""
        return Filters(agency=self.agency, topic=self.topic, place=self.place)

    @property
    def is_whole(self) -> bool:
        """True for the longest list of everything of an agency."""
        only_agency = self.agency is not None and self.topic is self.place is None
        return only_agency and self.kinds == list(KINDS) and self.limit == MAX_ITEMS

    @property
    def whole(self) -> "EmbedParams | None":
        """The longest list of everything of the agency, with summaries; None without an agency."""
        if self.agency is None:
            return None
        return EmbedParams(agency=self.agency, limit=MAX_ITEMS, summary=Summaries.on, lang=self.lang)

    def attributes(self) -> dict[str, str]:
        """The values that differ from the defaults, as attributes."""
        given = self.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
        return {name: str(value) for name, value in given.items()}

    def query(self) -> str:
        """The same values as a query string with its question mark, empty if all are defaults."""
        attributes = self.attributes()
        return f"?{urlencode(attributes)}" if attributes else ""


def invalid_parameters(problem: Any) -> InvalidInput:
    """Convert the first of Pydantic's errors into an `InvalidInput`."""
    found = InvalidInput.of(problem.errors(), whole="parameters")
    return InvalidInput(found.detail, field=found.field or "parameters", expected="see /embed")
