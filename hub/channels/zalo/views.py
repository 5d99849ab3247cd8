"""Response models of Zalo's routes."""

from pydantic import Field

from hub.channels.zalo.ledger import Ledger
from hub.domain.scalars import Moment
from hub.domain.types import View


class ZaloLedger(View):
    """Broadcasts that are still allowed (sổ hạn mức broadcast): look here before you approve one."""

    package: str | None = Field(None, description="Package of the account (gói dịch vụ), as Zalo names it.")
    package_valid_through: str | None = Field(None, description="Last day of the package, as Zalo writes it.")
    followers: int | None = Field(None, description="Number of followers (người quan tâm).")
    sent_today: int = Field(description="Broadcasts that the hub sent today, or may have sent.")
    sent_this_month: int = Field(description="Broadcasts that the hub sent this month, or may have sent.")
    allowed_per_day: int = Field(description="Broadcasts of a day by the table of the settings.")
    allowed_per_month: int = Field(description="Broadcasts of a month with this package by the table of the settings.")
    remaining: int = Field(description="Broadcasts that are still possible; by Zalo's own answer where there is one.")
    is_from_zalo: bool = Field(description="True if Zalo said what remains; false if the table counts.")
    next_at: Moment = Field(description="First time at which a broadcast is possible, by quota and hours.")
    hours: str = Field(description="Hours of Việt Nam between which Zalo delivers broadcasts.", examples=["06-20"])
    asked_at: Moment | None = Field(None, description="Time of Zalo's last answer; null if it was never asked.")
    advice: str = Field(description="Note for urgent bulletins: a broadcast is not the fast path.")

    @classmethod
    def of(cls, ledger: Ledger, hours: str) -> "ZaloLedger":
        """Return the view of a ledger."""
        return cls(**vars(ledger), hours=hours, advice=NOT_FAST)


NOT_FAST = (
    "Zalo's reviewers look at each broadcast for about 30 minutes, and none is delivered at night: for urgent news the "
    "fast paths are the app and the article."
)
