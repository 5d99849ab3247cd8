"""Query parameters of the audit trail."""

from uuid import UUID

from pydantic import Field

from hub.domain.types import Code
from hub.web.parameters import PageParams


class AuditParams(PageParams):
    """Parameters of the trail."""

    document: UUID | None = Field(None, description="Only this document.")
    agency: Code | None = Field(None, description="Only documents of this agency.")
