"""`hub registry`: a difference is shown first, all of it is applied or nothing, and an export is a load."""

import json
from pathlib import Path
from typing import Any

import pytest

from hub.cli.registry import app
from tests.support.commands import Run, runner


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    return runner(app, database_url, tmp_path, monkeypatch)


def lines(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), "utf-8")
    return path


TOPIC = {"kind": "topic", "code": "nuoc-sach", "name": "Nước sạch", "name_en": "Clean water"}


def test_a_load_shows_the_difference_and_changes_nothing_until_it_is_applied(run: Run, tmp_path: Path) -> None:
    file = lines(tmp_path / "a.jsonl", TOPIC, {"kind": "agency", "code": "ubnd-hue", "name_en": "Huế City"})

    for words, end in (
        (["load"], "repeat with --apply."),
        (["load", "--apply"], "Done: 1 added, 1 changed, 0 removed."),
    ):
        shown = run(*words, file)
        assert shown.exit_code == 0, shown.output
        assert "+ topic nuoc-sach  Nước sạch" in shown.output
        assert "~ agency ubnd-hue  name_en: People's Committee of Huế City → Huế City" in shown.output
        assert shown.output.strip().endswith(end)
    again = run("load", file, "--apply")
    assert again.output.strip() == "Done: 0 added, 0 changed, 0 removed."


def test_a_fault_stops_everything_and_is_named_with_its_line(run: Run, tmp_path: Path) -> None:
    file = lines(tmp_path / "a.jsonl", TOPIC, {"kind": "agency", "code": "moi", "name": "Mới", "level": "làng"})

    refused = run("load", file, "--apply")
    assert refused.exit_code == 1
    assert "line 2: agencies moi: level" in refused.output
    assert run("check", file).exit_code == 1
    assert "+ topic" in run("load", lines(tmp_path / "b.jsonl", TOPIC)).output


def test_a_file_cannot_remove_a_code_in_use(run: Run, tmp_path: Path) -> None:
    remove = {"kind": "agency", "code": "ubnd-hue", "remove": True}

    for words in (["load"], ["load", "--apply"], ["check"]):
        refused = run(*words, lines(tmp_path / "a.jsonl", remove))
        assert refused.exit_code == 1
        assert "it is used by" in refused.output


@pytest.mark.parametrize("suffix", ["jsonl", "xlsx"])
def test_an_export_is_checked_and_changes_nothing(run: Run, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"danh-muc.{suffix}"

    assert run("export", file).exit_code == 0
    checked = run("check", file)

    assert checked.exit_code == 0, checked.output
    assert "no faults; 0 would change the registry." in checked.output


def test_a_bundle_is_not_loaded_into_a_registry_that_has_agencies(run: Run) -> None:
    found = json.loads(run("load", "hue", "--apply", "--if-empty", "--json").stdout)

    assert found == {"applied": True, "changes": [], "faults": []}
