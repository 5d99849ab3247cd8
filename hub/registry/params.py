"""Query parameters of the registry lists."""

from pydantic import Field

from hub.domain.as_of import Day
from hub.domain.types import Code
from hub.web.parameters import PageParams


class RegistryListParams(PageParams):
    """Parameters of registry lists that are valid in time."""

    valid_on: Day | None = Field(None, description="Only entries valid on this day (có hiệu lực tại ngày).")


class SpokespersonParams(RegistryListParams):
    """Parameters of the spokespersons."""

    agency: Code | None = Field(None, description="Code of the agency they speak for.")
