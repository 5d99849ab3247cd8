"""Openness figures as CSV, and as a chart in SVG that needs no script."""

from dataclasses import dataclass

from hub.domain.spreadsheet_cells import BOM
from hub.exports.csv_rows import cell, columns, line
from hub.openness.views import AgencyOpenness, OpennessFigures, OpennessView
from hub.web.templates import render

MAX_BARS = 20
"""Agencies in the chart: those with the most consultations and policies with a high impact."""

_LABELS = {
    "vi": {
        "title": "Văn bản tác động lớn được lấy ý kiến, và ý kiến được trả lời",
        "consulted": "Văn bản tác động lớn đã lấy ý kiến",
        "answered": "Ý kiến đã được trả lời",
        "share": "{} % ({} / {})",
        "comma": ",",
        "few": "dưới 5 trường hợp: {} / {}",
        "not_stated": "chưa nêu mức tác động: {}",
        "empty": "Không có số liệu trong thời gian này.",
    },
    "en": {
        "title": "High-impact policies consulted on, and comments answered",
        "consulted": "High-impact policies consulted on",
        "answered": "Comments answered",
        "share": "{}% ({} / {})",
        "comma": ".",
        "few": "fewer than 5 cases: {} / {}",
        "not_stated": "impact not stated: {}",
        "empty": "No figures in this period.",
    },
}


def render_csv(view: OpennessView) -> bytes:
    """Render the figures, a line for each agency and one for all; UTF-8 with a byte order mark."""
    cells = columns(AgencyOpenness)
    order = sorted(cells, key=lambda name: not name.startswith("agency"))
    rows = [one.model_dump(mode="json") for one in view.agencies]
    rows.append({"agency": {"code": "", "name": ""}, **view.total.model_dump(mode="json")})
    lines = [line(order), *(line([cell(row, cells[name]) for name in order]) for row in rows)]
    return (BOM + "".join(lines)).encode()


@dataclass(frozen=True)
class _Bar:
    label: str
    percent: float | None
    text: str


@dataclass(frozen=True)
class _Group:
    name: str
    note: str
    bars: list[_Bar]


def render_svg(view: OpennessView, lang: str) -> bytes:
    """Render a chart of two shares for each agency; fewer than five cases are told as a count, never as a share."""
    words = _LABELS.get(lang, _LABELS["vi"])
    shown = sorted(view.agencies, key=lambda one: -(one.policies_high_impact + one.drafts_announced))[:MAX_BARS]
    groups = [_group(one, words) for one in shown]
    svg = render("openness.svg", words=words, groups=groups, first_on=view.first_on, last_on=view.last_on, lang=lang)
    return svg.encode()


def _group(one: AgencyOpenness, words: dict[str, str]) -> _Group:
    bars = [
        _bar(words, "consulted", one.consulted_percent, one.policies_consulted, one.policies_high_impact),
        _bar(words, "answered", one.answered_percent, one.opinions_answered, one.opinions_closed),
    ]
    return _Group(one.agency.name, words["not_stated"].format(_not_stated(one)), bars)


def _not_stated(one: OpennessFigures) -> int:
    return one.policies_not_stated + one.drafts_not_stated


def _bar(words: dict[str, str], label: str, percent: float | None, part: int, whole: int) -> _Bar:
    if percent is None:
        return _Bar(words[label], None, words["few"].format(part, whole))
    told = words["share"].format(f"{percent:g}".replace(".", words["comma"]), part, whole)
    return _Bar(words[label], percent, told)
