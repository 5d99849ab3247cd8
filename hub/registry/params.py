"""Query parameters of the registry lists."""

from typing import Annotated

from pydantic import Field

from hub.domain.scalars import AnyDay, Code
from hub.web.parameters import PageParams

NAME_LANGUAGE = (
    "Language of the names (`vi` or `en`); overrides Accept-Language. The order is the Vietnamese alphabet's."
)

NameLang = Annotated[str | None, Field(max_length=8, description=NAME_LANGUAGE, examples=["en"])]


class TopicParams(PageParams):
    """Parameters of the list of topics."""

    lang: NameLang = None


class _ValidParams(PageParams):
    valid_on: AnyDay | None = Field(None, description="Only entries valid on this day (có hiệu lực tại ngày).")


class RegistryListParams(_ValidParams):
    """Parameters of registry lists whose entries have a period of validity, and names in two languages."""

    lang: NameLang = None


class SpokespersonParams(_ValidParams):
    """Parameters of the list of spokespersons."""

    agency: Code | None = Field(None, description="Only spokespersons of the agency with this code.")
