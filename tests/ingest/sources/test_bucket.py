"""Files of a bucket are imported as they change, by the endpoint and credentials of the hub."""

from collections.abc import Iterator

import httpx
import obstore
import pytest
from moto.server import ThreadedMotoServer

from hub.db import Database
from hub.files.store import object_store
from hub.settings import Settings
from tests.support.local_site import local_site
from tests.support.source_runs import TOPICS, for_site, hand, told_about


@pytest.fixture
def bucket() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}/tin-hue"
    httpx.put(url, timeout=60).raise_for_status()
    yield url
    server.stop()


async def test_a_bucket_is_imported_and_deleted_files_have_vanished(
    bucket: str, settings: Settings, database: Database
) -> None:
    given = {"files_s3_endpoint": bucket.rpartition("/")[0], "files_s3_region": "us-east-1"}
    given |= {"files_s3_key_id": "khoa", "files_s3_secret": "bi-mat"}
    wanted = for_site(settings, **given)
    store = object_store("s3://tin-hue", wanted)
    async with local_site() as site, hand(database, wanted) as sources:

        async def put(n: int, *more: str) -> None:
            site.article("/x", TOPICS[n], *told_about(n), *more)
            await obstore.put_async(store, f"2026/{n}.html", site.pages["/x"].body)

        await put(0)
        await put(1)
        await obstore.put_async(store, "khac/9.html", b"khong lay")
        await sources.add("thung", "bucket", config={"url": "s3://tin-hue/2026"})
        assert await sources.run("thung") == {"found": 2, "new": 2, "created": 2}
        assert await sources.run("thung") == {"found": 2}
        await put(0, "Bổ sung một câu.")
        await obstore.delete_async(store, "2026/1.html")
        assert await sources.run("thung") == {"found": 1, "updated": 1, "vanished": 1}

        await sources.do("UPDATE source SET config = jsonb_set(config, '{url}', '\"s3://khong-co/x\"')")
        assert await sources.run("thung") == {}
