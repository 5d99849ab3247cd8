"""Damaged records through the whole import: every one is a document of the hub, and a second import changes nothing."""

import random
from itertools import islice
from pathlib import Path

import pytest

from hub.db import Database
from tests.support.damage import damage_record
from tests.support.damage_corpus import FIELDS, records
from tests.support.figures import Figure
from tests.support.import_samples import codes, imported, told, write


@pytest.mark.counts(small=12, full=300)
async def test_no_damaged_record_is_lost_in_the_hub(
    database: Database, tmp_path: Path, count: int, figure: Figure
) -> None:
    choices = random.Random(8)  # noqa: S311 - a choice of samples
    documents = list(records(articles=2))
    choices.shuffle(documents)
    chosen = islice((choices.choice(list(damage_record(each, FIELDS))) for each in documents * count), count)
    path = write(tmp_path / "hu.jsonl", (each.value for each in chosen))
    summary = await imported(database, path)
    created, changed, unchanged, rejected, published = told(summary)
    figure("published at once", f"{published / count:.2f}")
    figure("share set aside", f"{rejected / count:.4f}")
    # Two variants of one made-up document may be of one identity.
    lost = [code for code in codes(summary) if code[1] not in ("duplicate_source_id", "held_from_elsewhere")]
    assert lost == []
    assert created + changed + unchanged + rejected + summary.counts.joined == count
    again = await imported(database, path)
    assert (again.counts.created, again.counts.changed) == (0, 0)
