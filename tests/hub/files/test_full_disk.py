"""A full disk refuses an upload in words, and loses and leaves nothing."""

from pathlib import Path

import pytest

from tests.support import file_samples as samples
from tests.support.small_disk import fill, small_disk

NOTHING = (0, 0, 0)


@pytest.mark.parametrize("place", ["temporary", "files"])
@pytest.mark.parametrize(
    ("name", "body"),
    [("a.pdf", samples.PDF + b"\n" * 400_000 + samples.PDF), ("a.png", samples.picture("PNG", (900, 700)))],
    ids=["document", "picture"],
)
async def test_an_upload_to_a_full_disk_is_refused_with_507_and_can_be_repeated(
    uploader, stored, tmp_path: Path, place: str, name: str, body: bytes
) -> None:
    with small_disk(tmp_path / place, 8) as disk:
        filler = fill(disk)
        refused = await uploader.upload(name, body)
        rows = (await stored())[:3]
        left = [path for path in disk.rglob("*") if path.is_file() and path != filler and path.stat().st_size]
        read = await uploader.client.get("/api/v1/policies")
        filler.unlink()
        await uploader.uploaded(name, body)

    assert (refused.status_code, refused.json()["code"]) == (507, "storage_full"), refused.text
    assert "retry-after" in refused.headers
    assert rows[0] == 0
    assert left == []
    assert read.status_code == 200
