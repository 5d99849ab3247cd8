"""Query parameters of the registry lists."""

from pydantic import Field

from hub.domain.scalars import AnyDay, Code
from hub.web.parameters import PageParams


class RegistryListParams(PageParams):
    """Parameters of registry lists whose entries have a period of validity."""

    valid_on: AnyDay | None = Field(None, description="Only entries valid on this day (có hiệu lực tại ngày).")


class SpokespersonParams(RegistryListParams):
    """Parameters of the list of spokespersons."""

    agency: Code | None = Field(None, description="Only spokespersons of the agency with this code.")
