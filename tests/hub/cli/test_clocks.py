"""`hub clocks`: a difference is shown first, all of it is applied or nothing; what people changed is never undone."""

import json
from pathlib import Path
from typing import Any

import pytest

from hub.cli.clocks import app
from tests.support.commands import Run, runner


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    return runner(app, database_url, tmp_path, monkeypatch)


def written(path: Path, **lists: Any) -> Path:
    path.write_text(json.dumps(lists, ensure_ascii=False), "utf-8")
    return path


def test_the_rules_of_the_hub_are_shown_then_loaded_once_and_are_listed(run: Run) -> None:
    shown = run("load")
    assert shown.exit_code == 0
    assert shown.output.strip().endswith("Nothing was changed yet: repeat with --apply.")
    assert "+ rule consultation.window (2025-04-01)  20 days  assumed  Thời gian" in shown.output
    assert "+ day 2026-08-22  working  reported  Làm bù" in shown.output
    assert run("list").output.strip() == "0 rows. The calendar covers no year."

    assert run("load", "--apply").output.strip().endswith("0 changed, 0 removed.")
    assert run("load", "--apply").output.strip() == "Done: 0 added, 0 changed, 0 removed."
    assert run("check").output.strip().endswith("no faults; 0 would change something.")
    listed = run("list", "--valid", "--calendar", 2026).output
    assert "consultation.window  20 days from 2025-04-01  assumed" in listed
    assert "information.publication  5 working days from 2026-09-01  assumed" in listed
    assert "from 2018-07-01 to 2026-09-01" not in listed
    assert "The calendar covers 2025, 2026, 2027." in listed
    assert "2026-11-24  holiday  reported  Ngày Văn hóa Việt Nam" in listed
    assert "2027-11-24" not in listed


def test_a_fault_stops_everything_and_is_named(run: Run, tmp_path: Path) -> None:
    run("load", "--apply")
    day = {
        "day": "2028-01-03",
        "kind": "holiday",
        "name": "Nghỉ",
        "name_en": "Off",
        "source": "x",
        "certainty": "assumed",
    }
    overlap = {"rule": "consultation.window", "valid_from": "2027-01-01", "amount": 30}
    file = written(tmp_path / "a.json", rules=[overlap], calendar=[day])

    for words in (["load"], ["load", "--apply"], ["check"]):
        refused = run(*words, file)
        assert refused.exit_code == 1
        assert "rules[0]: name: is missing" in refused.output
    assert "2028" not in run("list").output
    missing = run("load", written(tmp_path / "b.json", calendar=[day]), "--json")
    assert json.loads(missing.output)["changes"][0]["day"] == "2028-01-03"
    assert run("load", tmp_path / "none.json").exit_code == 1


def test_rows_that_follow_each_other_are_loaded_in_whatever_order(run: Run, tmp_path: Path) -> None:
    run("load", "--apply")
    known = next(
        row for row in json.loads(run("list", "--json").output)["rules"] if row["rule"] == "consultation.window"
    )
    after = known | {"valid_from": "2027-01-01", "amount": 30}
    ended = {"rule": "consultation.window", "valid_from": "2025-04-01", "valid_to": "2027-01-01"}

    done = run("load", written(tmp_path / "a.json", rules=[after, ended]), "--apply")

    assert done.output.strip().endswith("Done: 1 added, 1 changed, 0 removed."), done.output


def test_loading_what_is_missing_undoes_nothing_that_people_changed(run: Run, tmp_path: Path) -> None:
    run("load", "--apply")
    gone = {"day": "2026-08-22", "remove": True}
    ended = {"rule": "press.answer", "valid_from": "2018-07-01", "amount": 7}
    run("load", written(tmp_path / "a.json", calendar=[gone], rules=[ended]), "--apply")

    assert run("load", "--apply", "--missing").output.strip() == "Done: 0 added, 0 changed, 0 removed."
    assert "press.answer  7 working days" in run("list").output
    assert run("load").output.strip().startswith("~ rule press.answer (2018-07-01)  amount: 7 → 5")
