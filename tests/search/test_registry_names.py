"""A renamed place, agency or topic is found by its new name and by its former one, whatever name a text has."""

from datetime import date

import pytest

from hub.db import Database
from hub.registrar import verbs
from hub.registrar.commands import apply_registry_changes, find_key
from hub.registrar.params import Rename
from hub.registry.commands import lock_registry
from hub.registry.entries import RegistryList
from hub.search.port import SearchQuery
from tests.search.conftest import Hub
from tests.support import contents
from tests.support.servers import Publish

DAY = date(2026, 11, 29)


async def rename(database: Database, kind: RegistryList, code: str, name: str) -> None:
    async with database.write() as session:
        snapshot = await lock_registry(session)
        entry = snapshot.state[find_key(snapshot.state, kind, code, None)]
        body = Rename(name=name, valid_from=date(2026, 11, 1))
        await apply_registry_changes(session, snapshot, verbs.rename(snapshot.state, entry, body, DAY))


@pytest.mark.parametrize(
    ("kind", "code", "name", "members"),
    [
        (RegistryList.places, "19753", "Phường Sông Ngự", {"places": ["19753"]}),
        (RegistryList.topics, "bien-doi-khi-hau", "Thích ứng thời tiết", {"topics": ["bien-doi-khi-hau"]}),
        (RegistryList.agencies, "ubnd-hue", "Chính quyền đô thị Cố đô", {}),
    ],
)
async def test_a_rename_is_found_without_a_new_view(
    searching: Hub, database: Database, publish_edition: Publish, kind: RegistryList, code: str, name: str, members
) -> None:
    plan = await publish_edition("bulletin", contents.bulletin(title="Họp tổ dân phố", **members))
    await searching.catch_up()
    await rename(database, kind, code, name)

    await searching.catch_up()
    found = await searching.engine.primary.search(SearchQuery(name.lower()))

    assert [hit.document_id for hit in found.hits] == [plan]


async def test_without_meilisearch_a_new_name_finds_what_has_the_former_one_in_its_text(
    searching: Hub, database: Database, publish_edition: Publish
) -> None:
    plan = await publish_edition("bulletin", contents.bulletin(title="Ủy ban nhân dân thành phố Huế họp"))
    await rename(database, RegistryList.agencies, "ubnd-hue", "Chính quyền đô thị Cố đô")

    found = await searching.engine.secondary.search(SearchQuery("chính quyền đô thị cố đô"))

    assert [hit.document_id for hit in found.hits] == [plan]
