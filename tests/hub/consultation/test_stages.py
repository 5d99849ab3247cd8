"""The life of a consultation and its window, as tables: what may follow what, and what never gets shorter."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hub.consultation.windows import Window, merge_window, shortens
from hub.domain.consultations import ConsultationStage as Stage
from hub.domain.consultations import ConsultationVerb as Verb
from hub.domain.consultations import first_day, last_day, next_stage, stage_at
from hub.errors import TransitionConflict

FEBRUARY = Window.of_days(date(2031, 2, 3), date(2031, 2, 20))
DAY = timedelta(days=1)
EDGES = {
    (Verb.open, Stage.announced): Stage.open,
    (Verb.close, Stage.announced): Stage.closed,
    (Verb.close, Stage.open): Stage.closed,
    (Verb.extend, Stage.announced): Stage.announced,
    (Verb.extend, Stage.open): Stage.open,
    (Verb.answer, Stage.closed): Stage.answered,
    (Verb.adopt, Stage.closed): Stage.adopted,
    (Verb.adopt, Stage.answered): Stage.adopted,
    (Verb.drop, Stage.announced): Stage.dropped,
    (Verb.drop, Stage.open): Stage.dropped,
    (Verb.drop, Stage.closed): Stage.dropped,
    (Verb.drop, Stage.answered): Stage.dropped,
    (Verb.link, Stage.announced): Stage.announced,
    (Verb.link, Stage.open): Stage.open,
    (Verb.link, Stage.closed): Stage.closed,
    (Verb.link, Stage.answered): Stage.answered,
}


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("stage", Stage)
def test_every_pair_of_verb_and_stage_is_an_edge_or_refused(verb: Verb, stage: Stage) -> None:
    if (verb, stage) in EDGES:
        assert next_stage(verb, stage) is EDGES[verb, stage]
        return
    with pytest.raises(TransitionConflict) as found:
        next_stage(verb, stage)
    assert found.value.field == "state"
    assert stage.value not in (found.value.expected or "").split(" or ")


def test_a_window_lasts_from_the_first_midnight_to_that_after_its_last_day() -> None:
    assert FEBRUARY.opens_at == datetime(2031, 2, 2, 17, tzinfo=UTC)
    assert FEBRUARY.closes_at == datetime(2031, 2, 20, 17, tzinfo=UTC)
    assert first_day(FEBRUARY.opens_at) == date(2031, 2, 3)
    assert last_day(FEBRUARY.closes_at) == date(2031, 2, 20)
    assert last_day(FEBRUARY.closes_at + timedelta(hours=3)) == date(2031, 2, 21)


def test_the_window_decides_the_stage_at_its_instants_until_a_person_has_decided() -> None:
    opens, closes = FEBRUARY.opens_at, FEBRUARY.closes_at
    moments = (opens - timedelta(milliseconds=1), opens, closes - timedelta(milliseconds=1), closes)
    assert [stage_at(Stage.open, opens, closes, moment) for moment in moments] == [
        Stage.announced,
        Stage.open,
        Stage.open,
        Stage.closed,
    ]
    assert {stage_at(Stage.dropped, opens, closes, moment) for moment in moments} == {Stage.dropped}


@pytest.mark.parametrize("stage", Stage)
def test_no_later_edition_makes_a_window_end_earlier(stage: Stage) -> None:
    for opens in range(-3, 4):
        for closes in range(-15, 6):
            written = Window(FEBRUARY.opens_at + opens * DAY, FEBRUARY.closes_at + closes * DAY)
            for moment in (FEBRUARY.opens_at - DAY, FEBRUARY.opens_at + DAY, FEBRUARY.closes_at + 2 * DAY):
                change = merge_window(stage, FEBRUARY, written, moment)
                assert change.window.closes_at >= FEBRUARY.closes_at
                assert change.window.opens_at < change.window.closes_at
                assert change.is_changed is (change.window != FEBRUARY)
                if stage is not Stage.announced and change.stage is stage:
                    assert change.window.opens_at == FEBRUARY.opens_at


@pytest.mark.parametrize(
    ("stage", "opens", "closes", "moment", "expected"),
    [
        (Stage.announced, -1, 0, -9, (-1, 0, Stage.announced)),
        (Stage.announced, 2, 5, -9, (2, 5, Stage.announced)),
        (Stage.announced, 2, -4, -9, (2, 0, Stage.announced)),
        (Stage.open, 2, 5, 1, (0, 5, Stage.open)),
        (Stage.open, -2, -5, 1, (0, 0, Stage.open)),
        (Stage.closed, 0, 9, 20, (0, 9, Stage.open)),
        (Stage.closed, 0, 1, 30, (0, 1, Stage.closed)),
        (Stage.closed, 40, 50, 30, (40, 50, Stage.announced)),
        (Stage.answered, 0, 9, 20, (0, 0, Stage.answered)),
        (Stage.adopted, 0, 9, 20, (0, 0, Stage.adopted)),
        (Stage.dropped, 0, 9, 20, (0, 0, Stage.dropped)),
    ],
)
def test_a_later_edition_moves_the_window_by_days(
    stage: Stage, opens: int, closes: int, moment: int, expected: tuple[int, int, Stage]
) -> None:
    written = Window(FEBRUARY.opens_at + opens * DAY, FEBRUARY.closes_at + closes * DAY)
    change = merge_window(stage, FEBRUARY, written, FEBRUARY.opens_at + moment * DAY)
    moved = ((change.window.opens_at - FEBRUARY.opens_at) // DAY, (change.window.closes_at - FEBRUARY.closes_at) // DAY)
    assert (*moved, change.stage) == expected


@pytest.mark.parametrize("stage", Stage)
def test_what_is_finished_has_one_end_and_what_is_not_may_end_later(stage: Stage) -> None:
    found = [
        shortens(stage, FEBRUARY.closes_at, Window(FEBRUARY.opens_at, FEBRUARY.closes_at + days * DAY))
        for days in (-1, 0, 1)
    ]
    assert found == [True, False, stage in (Stage.answered, Stage.adopted, Stage.dropped)]
