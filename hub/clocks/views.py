"""Response models of the legal clocks: rules, calendar, and a clock as editors and other packages read it."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from hub.clocks.models import Certainty, ClockEffect
from hub.domain.scalars import Moment
from hub.domain.types import View
from hub.domain.working_days import DayKind, TermDoubt, TermUnit


class ClockState(StrEnum):
    """State of a clock: `running`, `overdue`, `met` (in time), `late` (met, too late) or `cancelled`."""

    running = "running"
    overdue = "overdue"
    met = "met"
    late = "late"
    cancelled = "cancelled"


class ClockRuleView(View):
    """A row of a rule of law about a term (quy tắc thời hạn), valid between two days."""

    rule: str = Field(description="Code of the rule, the same in all its rows.", examples=["consultation.window"])
    name: str = Field(description="Name in Vietnamese (tên).")
    name_en: str = Field(description="Name in English.")
    trigger: str = Field(
        description="Code of the event that starts the term (sự kiện bắt đầu).", examples=["consultation_opened"]
    )
    amount: int = Field(description="Length of the term, in units (độ dài).", examples=[20])
    unit: TermUnit = Field(description="Unit: `hours`, `days` or `working_days` (đơn vị).")
    effect: ClockEffect = Field(
        description="Effect if the term is not kept (hệ quả): `warn`, `reason_required` or `breach`. While the row is "
        "not `confirmed`, it is a warning only and blocks nothing."
    )
    basis: str = Field(description="Legal basis (căn cứ).", examples=["Luật 104/2016/QH13, Điều 18.4"])
    basis_url: str | None = Field(description="Address of the legal basis.")
    certainty: Certainty = Field(
        description="Certainty of the row (mức chắc chắn): `confirmed`, `reported` or `assumed`."
    )
    valid_from: date = Field(description="First day on which a term starts under this row (từ ngày).")
    valid_to: date | None = Field(description="First day on which none does; null if still valid.")
    note: str | None = Field(description="Note in Vietnamese (ghi chú).")
    note_en: str | None = Field(description="Note in English.")


class CalendarDayView(View):
    """A day that is not as its weekday says, or that might not be (ngày nghỉ, ngày làm việc bù)."""

    day: date = Field(description="Day in Việt Nam (ngày).")
    kind: DayKind = Field(description="`holiday` (day off, ngày nghỉ) or `working` (working day, ngày làm việc).")
    name: str = Field(description="Name in Vietnamese (tên).")
    name_en: str = Field(description="Name in English.")
    source: str = Field(description="Source of the row (nguồn).")
    source_url: str | None = Field(description="Address of the source.")
    certainty: Certainty = Field(
        description="Certainty of the row (mức chắc chắn): `confirmed`, `reported` or `assumed`."
    )


class ClocksView(View):
    """Rules of law about terms, and the calendar by which working days are counted (đồng hồ pháp lý)."""

    rules: list[ClockRuleView] = Field(description="Rows of all rules, by code and first day.")
    years: list[int] = Field(
        description="Years that the calendar covers: those with the fixed holidays and Tết.", examples=[[2026]]
    )
    calendar: list[CalendarDayView] | None = Field(
        description="Days off and working days of the year that was asked for; null if none was."
    )


class ClockView(View):
    """A clock that runs or has run (thời hạn), under the row of the rule that was valid when it started."""

    rule: str = Field(description="Code of the rule.", examples=["press.answer"])
    name: str = Field(description="Name of the rule in Vietnamese.")
    name_en: str = Field(description="Name of the rule in English.")
    amount: int = Field(description="Length of the term, in units.")
    unit: TermUnit = Field(description="Unit: `hours`, `days` or `working_days`.")
    effect: ClockEffect = Field(description="Effect of the end of the term: always `warn` unless the row is confirmed.")
    certainty: Certainty = Field(description="Certainty of the row: `confirmed`, `reported` or `assumed`.")
    basis: str = Field(description="Legal basis.")
    basis_url: str | None = Field(description="Address of the legal basis.")
    state: ClockState = Field(description="State: `running`, `overdue`, `met`, `late` or `cancelled` (trạng thái).")
    started_at: Moment = Field(description="Time of the event that started it, with +07:00.")
    due_at: Moment = Field(
        description="First moment that is too late (hạn): 00:00 after the last day; in hours, so long after the start."
    )
    extended_at: Moment | None = Field(description="Time at which the term was extended; null if it never was.")
    met_at: Moment | None = Field(description="Time at which it was met; null while it is not.")
    breached_at: Moment | None = Field(description="Time at which the breach was recorded; null without one.")
    cancelled_at: Moment | None = Field(description="Time at which it was cancelled; null if it was not.")
    doubts: list[TermDoubt] = Field(description="Reasons why the term may end at another time (điều chưa chắc chắn).")
