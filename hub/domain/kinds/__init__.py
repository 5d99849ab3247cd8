"""The four kinds of content, one file each. A fifth kind is one new file and one entry here."""

from enum import StrEnum

from hub.domain.kinds.bulletin import BULLETIN
from hub.domain.kinds.draft import DRAFT
from hub.domain.kinds.policy import POLICY
from hub.domain.kinds.statement import STATEMENT
from hub.domain.types import Card, Full, Kind, ViewIndex, ViewNames

KINDS: dict[str, Kind] = {kind.name: kind for kind in (POLICY, DRAFT, BULLETIN, STATEMENT)}
BY_PLURAL: dict[str, Kind] = {kind.plural: kind for kind in KINDS.values()}

KindName = StrEnum("KindName", {name: name for name in KINDS})  # type: ignore[misc]
KindName.__doc__ = "Kind of content."

__all__ = ["BY_PLURAL", "KINDS", "Card", "Full", "Kind", "KindName", "ViewIndex", "ViewNames"]
