"""Figures counted from facts. Pure: each is the sum over the items that it leads to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any

from hub.domain.kinds.impact import ImpactStatement
from hub.openness.facts import ConsultationFact, Facts, PolicyFact
from hub.openness.params import OpennessFigure

LEAST_CASES = 5
"""Cases below which no percentage is told: one more or less would change it too much."""

PolicyCount = Callable[[PolicyFact], int]
ConsultationCount = Callable[[ConsultationFact], int]

_POLICIES: dict[OpennessFigure, PolicyCount] = {
    OpennessFigure.policies_high_impact: lambda one: one.impact is ImpactStatement.yes,
    OpennessFigure.policies_consulted: lambda one: one.impact is ImpactStatement.yes and one.is_consulted,
    OpennessFigure.policies_no_impact: lambda one: one.impact is ImpactStatement.no,
    OpennessFigure.policies_not_stated: lambda one: one.impact is ImpactStatement.not_stated,
}
_CONSULTATIONS: dict[OpennessFigure, ConsultationCount] = {
    OpennessFigure.drafts_announced: lambda _: 1,
    OpennessFigure.drafts_high_impact: lambda one: one.impact is ImpactStatement.yes,
    OpennessFigure.drafts_not_stated: lambda one: one.impact is ImpactStatement.not_stated,
    OpennessFigure.windows_below_minimum: lambda one: one.is_below_minimum is True,
    OpennessFigure.opinions: lambda one: one.opinions,
    OpennessFigure.opinions_closed: lambda one: one.opinions if one.has_ended else 0,
    OpennessFigure.opinions_answered: lambda one: one.opinions_answered,
    OpennessFigure.answers_changed: lambda one: one.answers_changed,
    OpennessFigure.consultations_answered: lambda one: one.days_to_answer is not None,
    OpennessFigure.bodies_asked: lambda one: one.bodies_asked if one.has_ended else 0,
    OpennessFigure.bodies_answered: lambda one: one.bodies_answered if one.has_ended else 0,
    OpennessFigure.adopted_without_answers: lambda one: one.without_answers,
}


@dataclass(frozen=True)
class CountedItem:
    """An item of a figure, and how much of the figure it is."""

    fact: PolicyFact | ConsultationFact
    count: int


def select_items(facts: Facts, figure: OpennessFigure) -> list[CountedItem]:
    """Select the items of a figure; their counts add up to it."""
    if figure in _POLICIES:
        found: Iterable[CountedItem] = (CountedItem(one, int(_POLICIES[figure](one))) for one in facts.policies)
    else:
        found = (CountedItem(one, int(_CONSULTATIONS[figure](one))) for one in facts.consultations)
    return [one for one in found if one.count]


def count_figures(facts: Facts) -> dict[str, Any]:
    """Count every figure of the facts, with shares in percent and medians in days."""
    counts = {figure: sum(one.count for one in select_items(facts, figure)) for figure in OpennessFigure}
    return {
        **{figure.value: number for figure, number in counts.items()},
        "consulted_percent": _percent(
            counts[OpennessFigure.policies_consulted], counts[OpennessFigure.policies_high_impact]
        ),
        "answered_percent": _percent(counts[OpennessFigure.opinions_answered], counts[OpennessFigure.opinions_closed]),
        "bodies_percent": _percent(counts[OpennessFigure.bodies_answered], counts[OpennessFigure.bodies_asked]),
        "days_open": _median(one.days_open for one in facts.consultations),
        "days_to_answer": _median(one.days_to_answer for one in facts.consultations if one.days_to_answer is not None),
    }


def split_by_agency(facts: Facts) -> dict[str, Facts]:
    """Split facts by the agency that they are about, in the order of the codes."""
    codes = sorted({one.agency for one in facts.policies} | {one.agency for one in facts.consultations})
    return {
        code: Facts(
            [one for one in facts.policies if one.agency == code],
            [one for one in facts.consultations if one.agency == code],
        )
        for code in codes
    }


def _percent(part: int, whole: int) -> float | None:
    return None if whole < LEAST_CASES else round(100 * part / whole, 1)


def _median(values: Iterable[float]) -> float | None:
    found = list(values)
    return round(median(found), 1) if found else None
