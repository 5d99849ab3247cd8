"""Openness figures: each is the sum of its items, and no share is told for fewer than five cases."""

from typing import Any
from uuid import uuid4

import pytest

from hub.domain.consultations import ConsultationStage
from hub.domain.kinds.impact import ImpactStatement
from hub.openness.facts import ConsultationFact, Facts, PolicyFact
from hub.openness.figures import count_figures, select_items, split_by_agency
from hub.openness.params import OpennessFigure


def policy(impact: str = "yes", *, is_consulted: bool = False, agency: str = "so-y-te") -> PolicyFact:
    return PolicyFact(uuid4(), agency, b"{}", ImpactStatement(impact), is_consulted)


def consultation(stage: str = "closed", agency: str = "so-y-te", **facts: Any) -> ConsultationFact:
    given: dict[str, Any] = {
        "impact": ImpactStatement.no,
        "days_open": 21.0,
        "is_below_minimum": False,
        "opinions": 0,
        "opinions_answered": 0,
        "answers_changed": 0,
        "days_to_answer": None,
        "bodies_asked": 0,
        "bodies_answered": 0,
        "without_answers": False,
    } | facts
    return ConsultationFact(
        id=uuid4(), agency=agency, draft_id=uuid4(), card=b"{}", stage=ConsultationStage(stage), **given
    )


@pytest.mark.parametrize(("cases", "told"), [(0, None), (4, None), (5, 60.0)])
def test_no_share_is_told_for_fewer_than_five_cases(cases: int, told: float | None) -> None:
    found = count_figures(Facts([policy(is_consulted=number < 3) for number in range(cases)], []))
    assert (found["policies_high_impact"], found["consulted_percent"]) == (cases, told)


def test_policies_whose_impact_is_not_stated_are_counted_beside_and_in_no_share() -> None:
    stated = [policy(is_consulted=True) for _ in range(6)] + [policy(), policy("no", is_consulted=True)]
    found = count_figures(Facts([*stated, policy("not_stated", is_consulted=True), policy("not_stated")], []))
    assert (found["policies_consulted"], found["policies_high_impact"]) == (6, 7)
    assert (found["policies_no_impact"], found["policies_not_stated"]) == (1, 2)
    assert found["consulted_percent"] == 85.7


def test_comments_of_an_open_consultation_and_of_one_that_was_dropped_wait_for_no_answer() -> None:
    facts = [
        consultation("open", opinions=40, bodies_asked=3),
        consultation("dropped", opinions=5),
        consultation("answered", opinions=7, opinions_answered=7, answers_changed=2, days_to_answer=11.0),
        consultation("closed", opinions=3, bodies_asked=4, bodies_answered=1),
        consultation("adopted", opinions=4, opinions_answered=4, days_to_answer=30.0),
        consultation("adopted", opinions=2, without_answers=True),
    ]
    found = count_figures(Facts([], facts))
    assert (found["opinions"], found["opinions_closed"], found["opinions_answered"]) == (61, 16, 11)
    assert found["answered_percent"] == 68.8
    assert (found["bodies_asked"], found["bodies_answered"], found["bodies_percent"]) == (4, 1, None)
    assert (found["days_to_answer"], found["consultations_answered"]) == (20.5, 2)
    assert (found["answers_changed"], found["adopted_without_answers"]) == (2, 1)


def test_a_window_counts_as_too_short_only_where_a_rule_says_so() -> None:
    facts = [
        consultation(is_below_minimum=short, days_open=days) for short, days in ((None, 3), (True, 8), (False, 30))
    ]
    found = count_figures(Facts([], facts))
    assert (found["windows_below_minimum"], found["days_open"], found["drafts_announced"]) == (1, 8, 3)


@pytest.mark.parametrize("figure", OpennessFigure)
def test_each_figure_is_the_sum_of_its_items_and_of_its_agencies(figure: OpennessFigure) -> None:
    facts = Facts(
        [policy(), policy("no", agency="ubnd-hue"), policy("not_stated"), policy(is_consulted=True)],
        [
            consultation("answered", opinions=3, opinions_answered=2, answers_changed=1, days_to_answer=2.0),
            consultation("closed", "ubnd-hue", bodies_asked=5, bodies_answered=2, impact=ImpactStatement.yes),
            consultation("adopted", without_answers=True, is_below_minimum=True, impact=ImpactStatement.not_stated),
        ],
    )
    total = count_figures(facts)[figure.value]
    assert total > 0
    assert sum(item.count for item in select_items(facts, figure)) == total
    split = split_by_agency(facts)
    assert list(split) == ["so-y-te", "ubnd-hue"]
    assert sum(count_figures(one)[figure.value] for one in split.values()) == total
