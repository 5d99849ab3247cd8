"""The ledger of the official table: every comment once, counts that add up, authors as each form shows them."""

from collections import Counter
from dataclasses import replace

import pytest

from hub.consultation.comments.models import AuthorKind, AuthorShown
from hub.consultation.official_table.authors import count_kinds
from hub.consultation.official_table.builder import GENERAL, build_ledger
from hub.consultation.official_table.ledger import LedgerForm, LedgerGroup, LedgerLevel, LedgerRow, TableLedger
from tests.support.official_table import CAMPAIGN, table_facts


def rows(ledger: TableLedger) -> list[LedgerRow]:
    return [row for part in ledger.parts for group in part.groups for row in group.rows]


def groups(ledger: TableLedger) -> dict[str, LedgerGroup]:
    return {f"{part.title}: {group.label}": group for part in ledger.parts for group in part.groups}


@pytest.mark.parametrize("level", LedgerLevel)
@pytest.mark.parametrize("form", LedgerForm)
def test_every_opinion_stands_in_the_table_once_and_the_counts_add_up(level: LedgerLevel, form: LedgerForm) -> None:
    ledger = build_ledger(table_facts(), level, form)
    counts = ledger.counts

    # 40 single comments, the letter of the Front, and one row for the campaign.
    assert len(rows(ledger)) == 42
    assert sum(row.copies for row in rows(ledger)) == 541
    assert (
        counts.received
        == 541 + 3
        == counts.agreeing_bodies
        + sum((counts.accepted, counts.partly, counts.rejected, counts.noted, counts.unanswered))
    )
    outcomes = Counter[str | None]()
    for row in rows(ledger):
        outcomes[row.outcome and row.outcome.value] += row.copies
    assert outcomes == {
        "accepted": counts.accepted,
        "partly": counts.partly,
        "rejected": counts.rejected,
        "noted": counts.noted,
        None: counts.unanswered,
    }
    assert (counts.asked, counts.bodies_answered, counts.groups, counts.in_groups, counts.late) == (5, 4, 1, 500, 1)
    assert sum(kind.opinions for kind in counts.by_kind) + counts.not_shown == 541


def test_rows_are_grouped_by_provision_at_the_level_asked_for_in_reading_order() -> None:
    by_article = groups(build_ledger(table_facts(), LedgerLevel.article, LedgerForm.public))
    by_point = groups(build_ledger(table_facts(), LedgerLevel.point, LedgerForm.public))

    assert list(by_article) == [
        "Dự thảo văn bản: Điều 2",
        "Dự thảo văn bản: Điều 10",
        "Dự thảo văn bản: Điều 11",
        "QUY CHẾ Quản lý giờ xe tải: Điều 2",
        "QUY CHẾ Quản lý giờ xe tải: Điều 3",
        f"{GENERAL}: {GENERAL}",
    ]
    assert [name.partition(": ")[2] for name in by_point][:4] == [
        "Khoản 1 Điều 2",
        "Khoản 2 Điều 2",
        "Điều 10",
        "Điểm a khoản 2 Điều 10",
    ]
    # Under an article, a row says which part of it is meant; what is about the article itself comes first.
    refs = [row.ref for row in by_article["Dự thảo văn bản: Điều 10"].rows]
    assert refs == sorted(refs, key=lambda ref: ref != "dieu-10")
    deeper = by_article["Dự thảo văn bản: Điều 10"].rows[-1]
    assert deeper.comment.startswith("[Điểm a khoản 2 Điều 10] Ý kiến số")


def test_orphans_stand_among_other_matters_with_the_provision_they_were_about() -> None:
    general = groups(build_ledger(table_facts(), LedgerLevel.article, LedgerForm.public))[f"{GENERAL}: {GENERAL}"]

    found = {row.number: row.comment for row in general.rows}
    assert found[17] == "[Điều 57, dự thảo lần 2] Ý kiến số 17"
    assert found[31] == "[Điều 71, dự thảo lần 2] Ý kiến số 31"
    assert found[4] == "Ý kiến số 4"


def test_a_campaign_is_one_row_and_a_member_with_an_answer_of_its_own_leaves_it() -> None:
    facts = table_facts()
    comments = [replace(each, has_own_answer=True) if each.number == 1_007 else each for each in facts.comments]
    found = rows(build_ledger(replace(facts, comments=comments), LedgerLevel.article, LedgerForm.public))

    assert {row.number: row.copies for row in found if row.number >= 1_000} == {1_000: 499, 1_007: 1}
    comments = [replace(each, represents=each.number == 1_099) for each in comments]
    found = rows(build_ledger(replace(facts, comments=comments), LedgerLevel.article, LedgerForm.public))
    assert {row.number: row.copies for row in found if row.number >= 1_000} == {1_099: 499, 1_007: 1}
    assert sum(each.group == CAMPAIGN for each in comments) == 500


def test_the_public_form_shows_authors_as_they_chose_and_the_internal_one_names_them() -> None:
    facts = table_facts()
    public = {row.number: row.author for row in rows(build_ledger(facts, LedgerLevel.article, LedgerForm.public))}
    internal = {row.number: row.author for row in rows(build_ledger(facts, LedgerLevel.article, LedgerForm.internal))}
    by_choice = {
        each.shown: each for each in facts.comments if each.author_kind is AuthorKind.person and not each.group
    }

    assert public[by_choice[AuthorShown.name].number] == by_choice[AuthorShown.name].name
    assert public[by_choice[AuthorShown.kind].number] == "Cá nhân"
    assert public[by_choice[AuthorShown.nothing].number] == "Không nêu tên"
    for comment in by_choice.values():
        assert internal[comment.number] == comment.name
    assert public[700] == internal[700]
    assert public[700].endswith("thành phố Huế (Công văn số 45/MTTQ-BTT ngày 20/11/2026)")
    hidden = [each.name or "" for each in facts.comments if each.shown is not AuthorShown.name and each.name]
    assert not [name for name in hidden if name in public.values()]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (AuthorKind.person, "Lê Sông Mây"),
        (AuthorKind.organisation, "Hội Chợ nổi"),
        (AuthorKind.business, "Hội Chợ nổi"),
    ],
)
def test_the_public_form_shows_the_one_name_that_is_shown_elsewhere(kind: AuthorKind, name: str) -> None:
    [comment] = table_facts().comments[:1]
    both = replace(
        comment, author_kind=kind, shown=AuthorShown.name, name="Lê Sông Mây", organisation="Hội Chợ nổi", group=None
    )
    nameless = replace(both, number=2, author_kind=AuthorKind.person, name=None)

    ledger = build_ledger(table_facts(comments=[both, nameless]), LedgerLevel.article, LedgerForm.public)

    assert [row.author for row in rows(ledger)] == [name, "Cá nhân"]


def test_who_is_not_shown_is_counted_under_no_kind_in_the_public_form() -> None:
    campaign = [each for each in table_facts().comments if each.group][:20]
    hidden = [replace(each, author_kind=AuthorKind.business, shown=AuthorShown.nothing) for each in campaign[:6]]
    shown = [replace(each, author_kind=AuthorKind.person) for each in campaign[6:]]
    facts = table_facts(comments=[*hidden, *shown], bodies=[])
    [public, internal] = [build_ledger(facts, LedgerLevel.article, form) for form in LedgerForm]

    assert [(count.kind, count.opinions) for count in public.counts.by_kind] == [(AuthorKind.person, 14)]
    assert (public.counts.not_shown, internal.counts.not_shown) == (6, 0)
    assert "– Ý kiến theo chủ thể: 14 của cá nhân, 6 không nêu tên." in public.opening
    assert [row.author for row in rows(public)] == ["20 ý kiến có nội dung giống nhau: 14 cá nhân, 6 không nêu tên"]
    assert [row.author for row in rows(internal)] == ["20 ý kiến có nội dung giống nhau: 14 cá nhân, 6 doanh nghiệp"]


def test_fewer_than_five_of_a_kind_are_not_broken_down_in_the_public_form() -> None:
    facts = table_facts()
    [public, internal] = [
        next(row.author for row in rows(build_ledger(facts, LedgerLevel.article, form)) if row.copies == 500)
        for form in (LedgerForm.public, LedgerForm.internal)
    ]

    # Three businesses: apart they are too few, and so are they together, so the whole is not broken down.
    assert public == "500 ý kiến có nội dung giống nhau"
    assert internal == "500 ý kiến có nội dung giống nhau: 497 cá nhân, 3 doanh nghiệp"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"person": 9, "business": 5}, {"person": 9, "business": 5}),
        ({"person": 9, "business": 4, "organisation": 1}, {"person": 9, None: 5}),
        ({"person": 9, "business": 6, "organisation": 2}, {"person": 9, None: 8}),
        ({"person": 3}, {None: 3}),
        ({"person": 6, "front": 1}, {"person": 6, "front": 1}),
    ],
)
def test_small_kinds_are_counted_together_until_they_are_five(
    given: dict[str, int], shown: dict[str | None, int]
) -> None:
    kinds = [AuthorKind(kind) for kind, number in given.items() for _ in range(number)]

    found = count_kinds(kinds, LedgerForm.public)

    assert {count.kind and count.kind.value: count.opinions for count in found} == shown


def test_the_internal_form_also_counts_what_is_not_public() -> None:
    facts = table_facts()
    public = build_ledger(facts, LedgerLevel.article, LedgerForm.public).counts
    internal = build_ledger(facts, LedgerLevel.article, LedgerForm.internal).counts

    assert (internal.waiting, internal.hidden, internal.withdrawn, internal.erased) == (1, 6, 2, 3)
    assert (public.waiting, public.hidden, public.withdrawn, public.erased) == (None,) * 4


def test_a_table_of_one_part_has_no_titles_and_an_empty_one_has_no_parts() -> None:
    facts = table_facts()
    own = [each for each in facts.comments if (each.ref or "").startswith("dieu-")]

    assert [
        part.title for part in build_ledger(replace(facts, comments=own), LedgerLevel.article, LedgerForm.public).parts
    ] == [None]
    empty = build_ledger(replace(facts, comments=[], bodies=[]), LedgerLevel.article, LedgerForm.public)
    assert (empty.parts, empty.counts.received) == ([], 0)


def test_characters_that_no_file_can_hold_are_left_out_of_every_cell() -> None:
    facts = table_facts()
    broken = [replace(facts.comments[0], text="Một\x00\x0b hai\r\nba", name="A\x1bB", shown=AuthorShown.name)]

    [row] = rows(build_ledger(replace(facts, comments=broken), LedgerLevel.point, LedgerForm.public))

    assert (row.comment, row.author) == ("Một hai\nba", "AB")
