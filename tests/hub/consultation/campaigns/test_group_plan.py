"""Groups keep their ids, and answers, when comments come and go; kinds of few authors are not told apart."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from hub.consultation.campaigns.group_plan import GroupedComment, match_groups, plan_groups
from hub.consultation.campaigns.kind_counts import break_down

A, B, C, D, E, F, G = (UUID(int=number) for number in range(1, 8))
ONE, OTHER, NEW, NEWER = (UUID(int=number) for number in range(101, 105))
WRITTEN = datetime(2026, 12, 3, 9, 27, tzinfo=UTC)


def test_a_group_keeps_its_id_where_most_of_its_members_are() -> None:
    old = {ONE: {A, B, C}, OTHER: {D, E}}

    assert match_groups(old, [{A, B, G}, {C, F}, {D, E}], set()) == [ONE, None, OTHER]
    assert match_groups(old, [{C, D, E}], set()) == [OTHER]


def test_an_answer_goes_with_most_of_those_for_whom_it_was_written() -> None:
    old = {ONE: {A, B}, OTHER: {C, D, E}}

    assert match_groups(old, [{A, B, C, D, E}], set()) == [OTHER]
    assert match_groups(old, [{A, B, C, D, E}], {ONE}) == [ONE]
    assert match_groups({ONE: {A, B, C}}, [{A, F}, {B, C}], {ONE}) == [None, ONE]


def test_who_joins_and_leaves_is_planned_and_nothing_else() -> None:
    comments = [GroupedComment(A, ONE), GroupedComment(B, ONE), GroupedComment(C, ONE), GroupedComment(D, None)]

    plan = plan_groups(comments, [{A, B, D}], {}, [NEW])

    assert (plan.moves, plan.ids) == ({C: None, D: ONE}, [ONE])


def test_a_new_group_is_unanswered() -> None:
    comments = [GroupedComment(one, ONE) for one in (A, B, C, D, E)]

    plan = plan_groups(comments, [{A, B, C}, {D, E}], {ONE: WRITTEN}, [NEW, NEWER])

    assert plan.ids == [ONE, NEWER]
    assert plan.moves == {D: NEWER, E: NEWER}


def test_the_last_of_an_answered_group_keeps_its_answer_unless_its_text_was_changed_since() -> None:
    before, after = WRITTEN - timedelta(1), WRITTEN + timedelta(1)
    comments = [GroupedComment(A, ONE, before), GroupedComment(B, OTHER, after), GroupedComment(C, NEW)]

    plan = plan_groups(comments, [], {ONE: WRITTEN, OTHER: WRITTEN}, [])

    assert plan.moves == {B: None, C: None}


def test_a_hidden_comment_waits_in_its_group_and_a_withdrawn_one_leaves_it() -> None:
    hidden = GroupedComment(A, ONE, is_compared=False)
    withdrawn = GroupedComment(B, ONE, is_compared=False, is_gone=True)

    assert plan_groups([hidden, withdrawn], [], {}, []).moves == {B: None}
    # With their hidden member alone in common, the group is found again when all come back.
    assert match_groups({ONE: {A}}, [{A, uuid4()}], set()) == [ONE]


@pytest.mark.parametrize(
    ("counts", "told", "others"),
    [
        ({"person": 4}, {}, 4),
        ({"person": 31, "business": 5}, {"person": 31, "business": 5}, 0),
        # The one business would be known by subtraction: the smallest kind that is told joins it.
        ({"person": 31, "organisation": 8, "business": 1}, {"person": 31}, 9),
        ({"person": 31, "organisation": 3, "business": 4}, {"person": 31}, 7),
        ({"person": 6, "business": 2}, {}, 8),
        ({}, {}, 0),
    ],
)
def test_fewer_than_five_of_a_kind_are_not_broken_down(
    counts: dict[str, int], told: dict[str, int], others: int
) -> None:
    assert break_down(counts) == (told, others)
