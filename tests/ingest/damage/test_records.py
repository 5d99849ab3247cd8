"""Records with every field damaged in turn: none crashes its reader, and no official document is lost."""

import random
from collections import Counter, defaultdict
from itertools import islice

import pytest

from tests.support.damage import damage_record
from tests.support.damage_corpus import FIELDS, made_record, records
from tests.support.damage_outcomes import disagreements, record_outcome
from tests.support.figures import Figure
from tests.support.import_samples import policy

JSONL_FIELDS = (
    "source_id",
    "kind",
    "agency",
    "lang",
    "change_note",
    "content",
    "content.number",
    "content.type",
    "content.title",
    "content.issuers",
    "content.issuers.0.name",
    "content.dates",
    "content.dates.0.role",
    "content.dates.0.on",
    "content.nodes",
    "content.nodes.0.ref",
    "content.nodes.0.text",
)


def test_each_damage_to_a_legal_record_has_its_written_outcome() -> None:
    for position in range(2):
        variants = damage_record(made_record(position), FIELDS)
        found = {(each.field, each.damage): record_outcome(each.value, "legal") for each in variants}
        assert list(disagreements("legal", found)) == []


def test_each_damage_to_a_record_of_the_own_format_has_its_written_outcome() -> None:
    record = policy("vb-7", lang="vi", change_note="Bổ sung phụ lục")
    variants = damage_record(record, JSONL_FIELDS)
    found = {(each.field, each.damage): record_outcome(each.value, "jsonl") for each in variants}
    assert list(disagreements("jsonl", found)) == []


@pytest.mark.counts(small=60, soak=20_000)
def test_no_official_document_is_lost_whatever_is_damaged_in_it(count: int, figure: Figure) -> None:
    documents = list(records(articles=3)) if count < 1_000 else list(records(articles=1_000, made=count // 50))
    choices = random.Random(20)  # noqa: S311 - a choice of samples
    choices.shuffle(documents)
    variants = (each for record in documents for each in damage_record(record, FIELDS))
    if count < 1_000:
        variants = (choices.choice(list(damage_record(record, FIELDS))) for record in documents * count)
    outcomes: Counter[str] = Counter()
    aside: dict[str, list[str]] = defaultdict(list)
    for each in islice(variants, count):
        outcome = record_outcome(each.value, "legal")
        outcomes[outcome.partition(":")[0]] += 1
        if outcome.startswith("aside"):
            aside[f"{each.field} {each.damage} {outcome}"].append(str(each.value.get("id"))[:60])
    read = outcomes.total()
    assert read == count
    for name, number in sorted(outcomes.items()):
        figure(f"{name} of {read} variants", f"{number / read:.4f}")
    figure("share set aside", f"{outcomes['aside'] / read:.4f}")
    assert aside == {}
