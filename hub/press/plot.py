"""Chart of the press watch (biểu đồ): one panel for each topic or place, with shaded bursts and marked answers."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, DayLocator, WeekdayLocator, date2num
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from hub.press.views import BurstState, TrendBurst, Trends, TrendSeries, TrendStep
from hub.times import VIETNAM

FONT = "DejaVu Sans"
"""Bundled with matplotlib; has every Vietnamese letter."""
INK, MUTED, GRID, LINE, FILL = "#1f2933", "#616e7c", "#e4e7eb", "#1f5f8b", "#c9dff0"
SHADES = {BurstState.open: "#f6c28b", BurstState.answered: "#b7e0c3"}
EDGES = {BurstState.open: "#b44d12", BurstState.answered: "#1d7a3e"}
STATE_LABELS = {BurstState.open: "Dồn dập, chưa có phản hồi", BurstState.answered: "Dồn dập, đã có phản hồi"}
_STEP_DAYS = {TrendStep.day: 1, TrendStep.week: 7}


def draw(path: Path, trends: Trends, bursts: Sequence[TrendBurst], *, most: int = 6) -> list[str]:
    """Write the chart as PNG. Returns the codes of its series, those with the strongest bursts first."""
    scores = {burst.code: burst.score for burst in sorted(bursts, key=lambda burst: burst.score)}
    shown = sorted(trends.series, key=lambda series: -scores.get(series.code, 0.0))[:most]
    height = 1.5 + 1.35 * max(1, len(shown))
    figure = Figure(figsize=(11, height), dpi=150, facecolor="white", layout=None)
    panels = figure.subplots(max(1, len(shown)), 1, sharex=True, squeeze=False)[:, 0]
    figure.subplots_adjust(left=0.06, right=0.98, top=1 - 1.1 / height, bottom=0.42 / height, hspace=0.62)
    for axes, series in zip(panels, shown, strict=False):
        _draw_band(axes, trends, series, [burst for burst in bursts if burst.code == series.code])
    _format_dates(panels[-1], trends)
    _draw_header(figure, trends, height)
    figure.savefig(path, format="png", metadata={"Software": None})
    return [series.code for series in shown]


def _draw_header(figure: Figure, trends: Trends, height: float) -> None:
    subject = "chủ đề" if trends.by == "topic" else "địa bàn"
    span = f"{trends.first_on:%d/%m/%Y} – {trends.last_on:%d/%m/%Y}"
    total = sum(period.items for period in trends.periods)
    figure.text(0.06, 1 - 0.34 / height, f"Báo chí viết về gì: {subject}, {span}", size=15, weight="bold", color=INK,
                family=FONT)  # fmt: skip
    step = "ngày" if trends.step is TrendStep.day else "tuần"
    subtitle = f"Tỷ lệ trong tất cả tít báo mỗi {step}; tổng cộng {_format_number(total)} tít"
    figure.text(0.06, 1 - 0.6 / height, subtitle, size=9.5, color=MUTED, family=FONT)
    handles: list[Any] = [
        Patch(facecolor=SHADES[state], edgecolor=EDGES[state], label=STATE_LABELS[state]) for state in STATE_LABELS
    ]
    handles.append(Line2D([], [], color=EDGES[BurstState.answered], marker="v", lw=1.4, label="Phản hồi đầu tiên"))
    figure.legend(handles=handles, loc="upper right", bbox_to_anchor=(0.985, 1 - 0.42 / height), ncols=3, frameon=False,
                  prop={"family": FONT, "size": 9}, labelcolor=INK, columnspacing=1.4, handlelength=1.5)  # fmt: skip


def _draw_band(axes: Axes, trends: Trends, series: TrendSeries, bursts: Sequence[TrendBurst]) -> None:
    size = _STEP_DAYS[trends.step]
    shares = {figure.on: figure.share for figure in series.figures}
    begins = [trends.first_on + timedelta(days=n) for n in range(0, _day_count(trends), size)]
    values = [shares.get(day, 0.0) for day in begins]
    edges = [date2num(trends.first_on) + n * size for n in range(len(begins) + 1)]
    axes.stairs(values, edges, fill=True, color=FILL, alpha=0.75, lw=0, zorder=2)
    axes.stairs(values, edges, baseline=None, color=LINE, lw=1.4, zorder=3)
    top = max([*values, 0.005]) * 1.3
    axes.set_ylim(0, top)
    for burst in bursts:
        _draw_burst(axes, trends, burst, top)
    axes.set_title(series.name, loc="left", size=10.5, weight="bold", color=INK, family=FONT, pad=5)
    axes.set_title(
        f"{_format_number(series.items)} tít · {_format_percent(series.share)}",
        loc="right",
        size=9,
        color=MUTED,
        family=FONT,
        pad=5,
    )
    axes.yaxis.set_major_locator(MaxNLocator(3, min_n_ticks=2, steps=[1, 2, 3, 5, 10]))
    axes.yaxis.set_major_formatter(lambda share, _: _format_percent(share, 1 if top < 0.04 else 0))
    axes.grid(axis="y", color=GRID, lw=0.7, zorder=0)
    axes.set_axisbelow(True)
    axes.tick_params(colors=MUTED, labelsize=8, length=0, labelfontfamily=FONT)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(GRID)


def _draw_burst(axes: Axes, trends: Trends, burst: TrendBurst, top: float) -> None:
    first = date2num(max(burst.first_on, trends.first_on))
    last = date2num(min(burst.last_on, trends.last_on)) + 1
    edge = EDGES[burst.state]
    axes.axvspan(first, last, facecolor=SHADES[burst.state], alpha=0.75, lw=0, zorder=1)
    axes.plot([first, last], [0, 0], color=edge, lw=3, solid_capstyle="butt", clip_on=False, zorder=4)
    if burst.answer is None:
        return
    at = date2num(burst.answer.published_at.astimezone(VIETNAM).replace(tzinfo=None))
    axes.plot([at, at], [0, top * 0.9], color=edge, lw=1.4, zorder=5)
    axes.plot([at], [top * 0.9], color=edge, marker="v", ms=6, clip_on=False, zorder=5)
    axes.annotate(
        f"sau {_format_duration(burst.answer.after_hours)}",
        (at, top * 0.9),
        (6, -3),
        textcoords="offset points",
        size=8.5,
        color=edge,
        weight="bold",
        family=FONT,
        zorder=6,
    )


def _format_dates(axes: Axes, trends: Trends) -> None:
    days = _day_count(trends)
    axes.set_xlim(date2num(trends.first_on), date2num(trends.first_on) + days)
    weekly = WeekdayLocator(byweekday=0, interval=1 + days // 110)
    axes.xaxis.set_major_locator(weekly if days > 14 else DayLocator())
    axes.xaxis.set_major_formatter(DateFormatter("%d/%m"))


def _day_count(trends: Trends) -> int:
    """Number of days of the chart: whole periods."""
    size = _STEP_DAYS[trends.step]
    return -(-((trends.last_on - trends.first_on).days + 1) // size) * size


def _format_duration(hours: float) -> str:
    return f"{max(1, round(hours))} giờ" if hours < 48 else f"{round(hours / 24)} ngày"


def _format_number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _format_percent(share: float, decimals: int = 1) -> str:
    return f"{100 * share:.{decimals}f} %".replace(".", ",")
