"""What sources read with the hub's rights belongs to their agency; nobody reads the hub's own bucket."""

from pathlib import Path
from typing import Any

import pytest

from hub.errors import InvalidInput
from hub.settings import Settings
from ingest.sources.reach import SourceReach

HEALTH = "so-y-te"
LOCATIONS = "so-y-te=s3://y-te/tin, so-y-te=/srv/y-te, so-noi-vu=s3://noi-vu,so-noi-vu=/srv/noi-vu"


def reach(folder: Path, agency: str = HEALTH, *, by_operator: bool = False, **more: Any) -> SourceReach:
    given: dict[str, Any] = {"data": folder, "source_locations": LOCATIONS, "files_url": "s3://hub-files/x"} | more
    return SourceReach(Settings(**given), agency, by_operator=by_operator)


@pytest.mark.parametrize("path", ["2026/a.jsonl", ".", "/srv/y-te/a", "{data}/sources/so-y-te/b"])
def test_an_agency_reads_its_own_folders(tmp_path: Path, path: str) -> None:
    found = reach(tmp_path).resolve_path(Path(path.format(data=tmp_path)))

    assert found == (tmp_path / "sources" / HEALTH / path.format(data=tmp_path)).resolve()


@pytest.mark.parametrize(
    "path", ["..", "../so-noi-vu", "../so-y-te-2/a", "/srv/noi-vu/a", "/srv/y-te-2", "/srv/y-te/../noi-vu", "/", "/etc"]
)
def test_an_agency_reads_no_folder_of_another_one(tmp_path: Path, path: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        reach(tmp_path).resolve_path(Path(path))
    assert refused.value.field == "config.path"


def test_a_link_in_the_folder_of_an_agency_leads_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "sources" / HEALTH).mkdir(parents=True)
    (tmp_path / "sources" / HEALTH / "other").symlink_to(tmp_path / "sources" / "so-noi-vu")

    with pytest.raises(InvalidInput):
        reach(tmp_path).resolve_path(Path("other/a"))


@pytest.mark.parametrize("url", ["s3://y-te/tin", "s3://y-te/tin/", "s3://y-te/tin/2026/a"])
def test_an_agency_reads_the_buckets_that_the_operator_gave_to_it(tmp_path: Path, url: str) -> None:
    reach(tmp_path).require_bucket(url)


@pytest.mark.parametrize(
    "url",
    [
        "s3://y-te", "s3://y-te/tin-mat", "s3://y-te/khac", "s3://noi-vu", "s3://noi-vu/tin", "s3://y-te/tin/../khac",
        "s3://y-te.khac/tin", "s3://hub-files", "s3://hub-files/x", "https://example.vn", "s3://", "s3://Y-TE/tin",
    ],
)  # fmt: skip
def test_an_agency_reads_no_other_bucket(tmp_path: Path, url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        reach(tmp_path).require_bucket(url)
    assert refused.value.field == "config.url"


def test_the_operator_reads_every_bucket_but_the_hubs_own(tmp_path: Path) -> None:
    operator = reach(tmp_path, by_operator=True)

    operator.require_bucket("s3://bat-ky/x")
    operator.resolve_path(Path("so-noi-vu/a"))
    for url in ("s3://hub-files", "s3://hub-files/x", "s3://hub-files/khac"):
        with pytest.raises(InvalidInput, match="own files"):
            operator.require_bucket(url)


def test_without_locations_an_agency_reads_its_folder_only(tmp_path: Path) -> None:
    alone = reach(tmp_path, source_locations="", source_folders=f"{tmp_path}/a,{tmp_path}/b")

    assert alone.resolve_path(Path(f"{tmp_path}/b/so-y-te/x")) == tmp_path / "b" / "so-y-te" / "x"
    for path in (f"{tmp_path}/a/x", f"{tmp_path}/b/so-noi-vu"):
        with pytest.raises(InvalidInput):
            alone.resolve_path(Path(path))
    with pytest.raises(InvalidInput):
        alone.require_bucket("s3://y-te/tin")
