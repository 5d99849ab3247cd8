"""Items have the address of their page and their ELI wherever they have `now`, and stored bytes have neither."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from hub.app import create_app
from hub.settings import Settings
from hub.times import now
from tests.support import contents
from tests.support.asgi import running
from tests.support.servers import Publish

PUBLIC = "https://chinhsach.hue.gov.vn/hub"
HOST = {"host": "chinhsach.hue.gov.vn"}
ELI = "/eli/vn/hue/ke-hoach/2026/17/kh-ubnd"
QUERY = """query Addresses($id: ID!) {
  policies { edges { node { id url eli } } }
  bulletins { edges { node { id url eli } } }
  search(query: "kế hoạch", kind: policy) { edges { node { id url eli } } }
  item(id: $id) { id url eli }
}"""


@pytest.fixture
async def policy(publish_edition: Publish) -> UUID:
    return await publish_edition("policy", contents.policy())


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"public_url": PUBLIC, "answer_cache_mb": 4})


async def found_by(client: httpx.AsyncClient, path: str, **params: Any) -> Any:
    answer = await client.get(path, params=params, headers=HOST)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_item_of_the_past_and_a_change_have_the_stored_bytes_alone(settings: Settings, policy: UUID) -> None:
    async with running(create_app(settings)) as client:
        past = await found_by(client, f"/api/v1/policies/{policy}", as_of=now().isoformat())
        listed = await found_by(client, "/api/v1/policies", as_of=now().isoformat())
        changes = await found_by(client, "/api/v1/changes", after=0, include="view")

    items = [past, *listed["items"], *(each["view"]["item"] for each in changes["items"])]
    assert len(items) == 3
    assert [name for item in items for name in ("url", "eli", "now") if name in item] == []


async def test_lists_details_and_searches_have_both_addresses_at_the_public_url(
    settings: Settings, policy: UUID, publish_edition: Publish
) -> None:
    bulletin = await publish_edition("bulletin", contents.bulletin())
    unnumbered = await publish_edition("policy", contents.policy(number=None))
    async with running(create_app(settings)) as client:
        detail = await found_by(client, f"/api/v1/policies/{policy}")
        listed = await found_by(client, "/api/v1/policies", include="text")
        cards = await found_by(client, "/api/v1/policies", fields="eli,url")
        searched = await found_by(client, "/api/v1/search", q="17/KH-UBND")
        news = await found_by(client, f"/api/v1/bulletins/{bulletin}")
        followed = await client.get(detail["eli"].removeprefix(PUBLIC), headers=HOST | {"accept": "text/html"})
        page = await client.get(detail["url"].removeprefix(PUBLIC), headers=HOST)

    expected = {
        str(policy): (f"{PUBLIC}/d/{policy}", PUBLIC + ELI),
        str(unnumbered): (f"{PUBLIC}/d/{unnumbered}", None),
        str(bulletin): (f"{PUBLIC}/d/{bulletin}", None),
    }
    items = [detail, *listed["items"], *cards["items"], searched["items"][0]["document"], news]
    assert len(items) == 7
    assert [(item["id"], (item["url"], item["eli"])) for item in items] == [
        (item["id"], expected[item["id"]]) for item in items
    ]
    assert all(item.keys() == {"id", "url", "eli"} for item in cards["items"])
    assert (followed.status_code, followed.headers["location"]) == (303, detail["url"])
    assert page.status_code == 200


async def test_graphql_has_the_same_addresses(settings: Settings, policy: UUID, publish_edition: Publish) -> None:
    bulletin = await publish_edition("bulletin", contents.bulletin())
    async with running(create_app(settings)) as client:
        answer = await client.post("/graphql", json={"query": QUERY, "variables": {"id": str(policy)}}, headers=HOST)

    assert "errors" not in answer.json(), answer.text
    data = answer.json()["data"]
    own = {"id": str(policy), "url": f"{PUBLIC}/d/{policy}", "eli": PUBLIC + ELI}
    assert [edge["node"] for name in ("policies", "search") for edge in data[name]["edges"]] == [own, own]
    assert data["item"] == own
    assert data["bulletins"]["edges"][0]["node"] == {
        "id": str(bulletin),
        "url": f"{PUBLIC}/d/{bulletin}",
        "eli": None,
    }


async def test_a_kept_answer_is_not_sent_under_another_address(settings: Settings, policy: UUID) -> None:
    open_settings = settings.model_copy(update={"public_url": None})
    path = f"/api/v1/policies/{policy}"
    async with running(create_app(open_settings)) as client:
        found = [
            (await client.get(path, headers={"host": host})).json()["url"] for host in ("a.test", "b.test", "a.test")
        ]

    assert found == [f"http://{host}/d/{policy}" for host in ("a.test", "b.test", "a.test")]
