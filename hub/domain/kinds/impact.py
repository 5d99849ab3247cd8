"""The high impact on society (tác động lớn) that policies and drafts may have."""

from pydantic import BaseModel, Field

from hub.domain.types import is_absent


class ImpactFilters(BaseModel):
    """Filters of policies and drafts."""

    high_impact: bool | None = Field(
        None,
        description="Only items with a high impact on society (tác động lớn), or with `false` only those without one.",
        exclude_if=is_absent,
    )
