"""Reports of drills: what was sent, by when, and what was promised, as JSON and as a page."""

from datetime import datetime
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from pydantic import Field

from hub.channels.drills.exercise import MARK
from hub.domain.scalars import Moment
from hub.domain.types import View
from hub.times import VIETNAM

STATES = {
    "live": "đã đăng",
    "retracted": "đã gỡ",
    "failed": "không gửi được",
    "unknown": "chưa rõ đã tới",
    "queued": "đang chờ",
    "held": "tạm giữ",
    "sending": "đang gửi",
    "in_review": "chờ duyệt",
    "superseded": "đã có bản mới thay",
    "not_connected": "chưa kết nối",
}
ACTIONS = {"publish": "đăng", "update": "sửa", "retract": "gỡ"}
CHANNELS = {
    "hue_s_push": "Thông báo đẩy Hue-S",
    "zalo": "Bài viết Zalo OA",
    "zalo_broadcast": "Tin gửi rộng Zalo",
    "cap": "Cảnh báo CAP",
}

FAULTS = {
    "busy": "quá tải, bảo chờ",
    "unavailable": "tạm dừng, bảo chờ",
    "slow": "trả lời chậm",
    "lost": "đã nhận nhưng mất câu trả lời",
    "refused": "từ chối",
}


class DrillCall(View):
    """A request that a stand-in got (lượt gọi)."""

    channel: str = Field(description="Channel.")
    call: str = Field(description="Call.")
    did: str = Field(description="Effect at the stand-in.")
    seconds: float = Field(description="Seconds since the step.")
    is_marked: bool = Field(description="True if the payload says that it is an exercise.")


class DrillItem(View):
    """An item of the outbox after its step (mục gửi)."""

    channel: str = Field(description="Channel.")
    bulletin: str = Field(description="Bulletin, as the scenario names it.")
    action: str = Field(description="`publish`, `update` or `retract`.")
    state: str = Field(description="State at the end of the step.")
    seconds: float = Field(description="Seconds from the publication until it was settled, or until the step ended.")
    promised_minutes: int | None = Field(description="Promise.")
    is_kept: bool | None = Field(description="True if the promise was kept; null if none was made, or it is open.")
    attempts: int = Field(description="Calls.")
    words: str | None = Field(description="Words of the last answer.")
    title: str | None = Field(description="Title as it was sent.")


class DrillStepReport(View):
    """A step of the scenario as it went (diễn biến)."""

    number: int = Field(description="Number.")
    title: str = Field(description="Title.")
    role: str | None = Field(description="Role of who acts.")
    action: str = Field(description="Action.")
    note: str | None = Field(description="Note or reason.")
    began_at: Moment = Field(description="Beginning.")
    faults: dict[str, list[str]] = Field(description="Faults of the stand-ins.")
    items: list[DrillItem] = Field(description="Items.")
    calls: list[DrillCall] = Field(description="Calls that the stand-ins got.")


class DrillReport(View):
    """A whole drill (báo cáo diễn tập)."""

    mark: str = Field(MARK, description="Mark of everything in a drill.")
    title: str = Field(description="Title of the scenario.")
    summary: str = Field(description="Situation.")
    goals: list[str] = Field(description="Goals.")
    began_at: Moment = Field(description="Beginning.")
    ended_at: Moment = Field(description="End.")
    steps: list[DrillStepReport] = Field(description="Steps.")
    items: int = Field(description="Items of all steps.")
    kept: int = Field(description="Promises that were kept.")
    missed: int = Field(description="Promises that were broken, and items that failed.")
    unknown: int = Field(description="Items of which nobody knows whether they arrived.")
    payloads: int = Field(description="Payloads that the stand-ins got.")
    marked: int = Field(description="Payloads with the mark.")
    refused_addresses: list[str] = Field(description="Addresses other than stand-ins that a channel asked for.")

    @property
    def is_passed(self) -> bool:
        """True if no promise was broken and everything was marked. What is unknown is for people to ask about."""
        return self.missed == 0 and self.marked == self.payloads and not self.refused_addresses


def render_report(report: DrillReport) -> str:
    """Render the report as a page that needs no other file: for screens, dark and light, and for paper."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"clock": _clock, "day": _day, "span": format_seconds}
    template = environment.from_string((files(__package__) / "data/report.html").read_text("utf-8"))
    return template.render(
        report=report, states=STATES, actions=ACTIONS, channels=CHANNELS, faults=FAULTS, share=_share
    )


def format_seconds(seconds: float) -> str:
    """Format a time as people read it: `3,2 giây`, `2 phút 05 giây`."""
    if seconds < 60:
        return f"{seconds:.1f} giây".replace(".", ",")
    return f"{int(seconds // 60)} phút {int(seconds % 60):02} giây"


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%H:%M:%S}"


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y}"


def _share(item: DrillItem) -> float:
    """Return the part of the promised time that an item took, in percent, at most 100."""
    if not item.promised_minutes:
        return 0.0
    return min(100.0, 100 * item.seconds / (60 * item.promised_minutes))
