"""What can be chosen for a list on another page: the elements' attributes, and the iframe's parameters."""

from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import BeforeValidator, Field, StringConstraints, field_validator, model_validator

from hub.domain.filters import Filters
from hub.domain.kinds import KINDS
from hub.domain.types import Code, Line
from hub.errors import InvalidInput
from hub.web.parameters import NoParams

MAX_ITEMS = 50


class Theme(StrEnum):
    """Colours of a list."""

    auto = "auto"
    light = "light"
    dark = "dark"


class EmbedLang(StrEnum):
    """Languages a list speaks."""

    vi = "vi"
    en = "en"


def _normalize_kinds(value: object) -> object:
    return " ".join(dict.fromkeys(value.replace(",", " ").split())) if isinstance(value, str) else value


class EmbedParams(NoParams):
    """Parameters of `/embed` and `/embed/feed`; a form's empty field is one that was not given."""

    kind: Annotated[str, BeforeValidator(_normalize_kinds), StringConstraints(max_length=60)] | None = Field(
        None, description="policy, draft, bulletin, statement; several by spaces; all when absent."
    )
    agency: Code | None = Field(None, description="Code of the agency that owns the items.")
    topic: Code | None = Field(None, description="Code of a topic.")
    place: Code | None = Field(None, description="Code of an administrative unit.")
    limit: int = Field(5, ge=1, le=MAX_ITEMS, description="How many items at most.")
    theme: Theme = Field(
        Theme.auto, description="Colours: `auto` goes by the page (a frame by the reader's system), `light` or `dark`."
    )
    lang: EmbedLang = Field(EmbedLang.vi, description="Language of the list.")
    heading: Annotated[Line, StringConstraints(max_length=120)] | None = Field(None, description="A heading above it.")

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, given: Any) -> Any:
        return {name: value for name, value in given.items() if value != ""} if isinstance(given, dict) else given

    @field_validator("kind")
    @classmethod
    def _check_kinds(cls, kind: str | None) -> str | None:
        if kind is not None and (unknown := [name for name in kind.split() if name not in KINDS]):
            raise ValueError(f"{unknown[0]} is none of {', '.join(KINDS)}")
        return kind

    @property
    def kinds(self) -> list[str]:
        """The kinds that are wanted, in the order of the registry."""
        return [kind for kind in KINDS if self.kind is None or kind in self.kind.split()]

    @property
    def filters(self) -> Filters:
        """What the lists are filtered by."""
        return Filters(agency=self.agency, topic=self.topic, place=self.place)

    def attributes(self) -> dict[str, str]:
        """What differs from the defaults, as attributes."""
        given = self.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
        return {name: str(value) for name, value in given.items()}

    def query(self) -> str:
        """The same as a query string, with its question mark; empty when all is as by default."""
        found = self.attributes()
        return f"?{urlencode(found)}" if found else ""


def invalid_parameters(problem: Any) -> InvalidInput:
    """Pydantic's first finding as one of ours."""
    first = problem.errors()[0]
    field = ".".join(map(str, first["loc"])) or "parameters"
    return InvalidInput(f"{field}: {first['msg']}", field=field, expected="see /embed")
