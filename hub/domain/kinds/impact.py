"""The high impact on society (tác động lớn) that policies and drafts may have."""

from enum import StrEnum

from pydantic import BaseModel, Field

from hub.domain.types import is_absent


class ImpactStatement(StrEnum):
    """Statement of an agency about the impact of a policy or draft (tác động lớn: có, không, chưa nêu)."""

    yes = "yes"
    no = "no"
    not_stated = "not_stated"


class ImpactFilters(BaseModel):
    """Filters of policies and drafts."""

    high_impact: bool | None = Field(
        None,
        description="Only items with a high impact on society (tác động lớn), or with `false` only those without one.",
        exclude_if=is_absent,
    )
    impact: ImpactStatement | None = Field(
        None,
        description="Only items of which the agency states a high impact (`yes`), states none (`no`), or states "
        "nothing (`not_stated`).",
        exclude_if=is_absent,
    )
