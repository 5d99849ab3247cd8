"""Query parameters of the audit trail."""

from uuid import UUID

from pydantic import Field

from hub.domain.scalars import Code
from hub.web.parameters import PageParams


class AuditParams(PageParams):
    """Query of the audit trail."""

    document: UUID | None = Field(None, description="Only entries about this document.")
    agency: Code | None = Field(None, description="Only entries about documents of this agency.")
