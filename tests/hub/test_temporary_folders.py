"""Temporary folders never stay: neither after their work nor after a kill."""

import os
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest

from hub.temporary_folders import KEPT, PREFIX, delete_abandoned_folders, open_temporary_folder
from hub.times import now


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def left_behind(folder: Path, age: timedelta) -> Path:
    folder.mkdir()
    (folder / "records.jsonl").write_bytes(b"{}\n" * 17)
    moment = (now() - age).timestamp()
    os.utime(folder, (moment, moment))
    return folder


def test_a_folder_is_gone_after_its_block_whatever_ends_it() -> None:
    with pytest.raises(RuntimeError, match="in the middle"), open_temporary_folder("dump") as folder:
        (folder / "part").write_bytes(b"1")
        raise RuntimeError("in the middle")

    assert not folder.exists()


def test_folders_that_a_kill_left_behind_are_deleted_and_no_others(tmp_path: Path) -> None:
    old = left_behind(tmp_path / f"{PREFIX}dump-a", KEPT + timedelta(minutes=5))
    young = left_behind(tmp_path / f"{PREFIX}dump-b", KEPT - timedelta(minutes=5))
    of_others = left_behind(tmp_path / "backup-of-somebody", timedelta(days=90))
    link = tmp_path / f"{PREFIX}link"
    link.symlink_to(of_others)
    moment = (now() - timedelta(days=90)).timestamp()
    os.utime(link, (moment, moment), follow_symlinks=False)

    assert delete_abandoned_folders() == 1

    assert not old.exists()
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([young.name, of_others.name, link.name])
    assert (of_others / "records.jsonl").exists()
