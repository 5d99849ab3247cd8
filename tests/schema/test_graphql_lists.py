"""The four lists as Relay connections."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import httpx
import orjson
import pytest

from hub.db import Database
from hub.domain.filters import Sort
from hub.domain.kinds import KINDS
from schema.types import FULL_ONLY
from tests.support import contents
from tests.support.graphql_app import Publish, Run, nodes

PAGE = """
query Page($sort: Sort, $first: Int, $after: String) {
  policies(sort: $sort, first: $first, after: $after) {
    edges { cursor node { id title } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""


async def test_an_empty_list_is_an_empty_page(run: Run) -> None:
    assert (await run(PAGE))["data"]["policies"] == {
        "edges": [],
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
    }


async def test_what_is_not_public_is_nowhere(run: Run, publish_edition: Publish) -> None:
    secret = await publish_edition("policy", contents.policy(title="Chưa công bố"), published=False)

    answer = await run(
        f'{{ policies {{ edges {{ node {{ id }} }} }} node(id: "{secret}") {{ id }} changes {{ items {{ id }} }} }}'
    )

    assert answer["data"] == {"policies": {"edges": []}, "node": None, "changes": {"items": []}}


@pytest.mark.parametrize("sort", list(Sort))
async def test_pages_follow_each_other_without_overlap_in_every_order(
    run: Run, publish_edition: Publish, sort: Sort
) -> None:
    made = {
        str(await publish_edition("policy", contents.policy(title=f"Văn bản {n % 3}", dates=[_issued(n % 2 + 1)])))
        for n in range(7)
    }
    whole = nodes((await run(PAGE, sort=sort.value, first=100))["data"]["policies"])

    seen: list[Any] = []
    after = None
    for expected in (3, 3, 1):
        page = (await run(PAGE, sort=sort.value, first=3, after=after))["data"]["policies"]
        assert len(page["edges"]) == expected
        info = page["pageInfo"]
        assert info["hasPreviousPage"] is (after is not None)
        assert info["hasNextPage"] is (expected == 3)
        assert (info["startCursor"], info["endCursor"]) == (page["edges"][0]["cursor"], page["edges"][-1]["cursor"])
        seen += nodes(page)
        after = info["endCursor"]

    assert seen == whole
    assert {node["id"] for node in seen} == made


async def test_a_page_can_start_after_any_item(run: Run, publish_edition: Publish) -> None:
    for _ in range(4):
        await publish_edition("policy", contents.policy())
    edges = (await run(PAGE))["data"]["policies"]["edges"]

    behind = await run(PAGE, after=edges[1]["cursor"])

    assert behind["data"]["policies"]["edges"] == edges[2:]


async def test_null_arguments_mean_their_defaults(run: Run, publish_edition: Publish) -> None:
    await publish_edition("policy", contents.policy())

    assert len((await run(PAGE, sort=None, first=None, after=None))["data"]["policies"]["edges"]) == 1


@pytest.mark.parametrize(
    ("argument", "hits", "misses"),
    [
        ("agency", "ubnd-hue", "so-xay-dung"),
        ("issuer", "ubnd-hue", "Quốc hội"),
        ("topic", "moi-truong", "thong-ke"),
        ("type", "ke hoach", "Luật"),
        ("issuedFrom", "2026-02-03", "2026-02-04"),
        ("issuedTo", "2026-02-03", "2026-02-02"),
        ("modifiedFrom", "2020-01-01", "2100-01-01"),
        ("modifiedTo", "2100-01-01", "2020-01-01"),
    ],
)
async def test_every_filter_of_rest_filters_here(
    run: Run, publish_edition: Publish, argument: str, hits: str, misses: str
) -> None:
    await publish_edition("policy", contents.policy())
    kind = "Date" if argument.startswith(("issued", "modified")) else "String"
    query = f"query ($value: {kind}) {{ policies({argument}: $value) {{ edges {{ node {{ id }} }} }} }}"

    assert len((await run(query, value=hits))["data"]["policies"]["edges"]) == 1
    assert (await run(query, value=misses))["data"]["policies"]["edges"] == []


async def test_each_kind_is_in_its_own_list_with_all_its_fields(run: Run, publish_edition: Publish) -> None:
    for kind, make in contents.MADE.items():
        await publish_edition(kind, make())

    answer = await run(
        """{
          policies { edges { node { kind number legalForce issuers { code name } dates { role on source }
                                    nodes { ref parent type text } updateType issuedOn } } }
          drafts { edges { node { kind draftVersion draftingAgency { code } consultation { opensOn closesOn } } } }
          bulletins { edges { node { kind priority channels validUntil body } } }
          statements { edges { node { kind form spokesperson { code name } saidAt answers { question } } } }
        }"""
    )

    data = answer["data"]
    (policy,), (draft,), (bulletin,), (statement,) = (nodes(data[kind.plural]) for kind in KINDS.values())
    assert policy["kind"] == "policy"
    assert policy["updateType"] == "major"
    assert policy["legalForce"] == "in_force"
    assert policy["dates"][0] == {"role": "issued", "on": "2026-02-03", "source": "Văn bản gốc"}
    assert [node["type"] for node in policy["nodes"]] == ["article", "clause"]
    assert draft["draftingAgency"] == {"code": "so-xay-dung"}
    assert draft["consultation"] == {"opensOn": "2026-11-02", "closesOn": "2026-12-02"}
    assert bulletin["channels"] == ["hue_s", "zalo"]
    assert bulletin["validUntil"] == "2027-03-31T17:00:00+07:00"
    assert bulletin["body"].startswith("<p>")
    assert statement["form"] == "press_conference"
    assert statement["saidAt"] == "2026-10-06T15:30:00+07:00"


@pytest.mark.parametrize("count", [1, 101])
async def test_a_list_is_one_statement_whatever_its_size_and_selection(
    run: Run, database: Database, publish_edition: Publish, count: int
) -> None:
    for _ in range(count):
        await publish_edition("policy", contents.policy())

    for selection in ("cursor", "node { title agency { name } topics { name } nodes { text } links { label } }"):
        before = database.statements
        answer = await run(f"{{ policies(first: 100) {{ edges {{ {selection} }} pageInfo {{ hasNextPage }} }} }}")

        assert "errors" not in answer
        assert len(answer["data"]["policies"]["edges"]) == min(count, 100)
        assert database.statements - before == 1, selection


async def test_whole_items_are_read_only_when_selected(
    run: Run, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish_edition("policy", contents.policy())
    read: list[bytes] = []

    def noted(data: bytes) -> Any:
        read.append(data)
        return orjson.loads(data)

    monkeypatch.setattr("hub.content.item_views.orjson", SimpleNamespace(loads=noted))

    for query, whole in (
        ("{ policies { edges { node { title } } } }", False),
        ("{ policies { edges { node { nodes { text } } } } }", True),
        ("{ p: policies { e: edges { n: node { all: nodes { text } } } } }", True),
        ("{ policies { ...c } } fragment c on PolicyConnection { edges { node { ...n } } } "
         "fragment n on Item { ... on Policy { changeNote } }", True),
        ("{ policies { edges { node { title nodes @skip(if: true) { text } } } } }", False),
    ):  # fmt: skip
        assert "errors" not in await run(query)
        assert (b'"nodes"' in read.pop()) is whole, query


async def test_a_page_of_whole_items_ends_before_it_grows_too_large(
    run: Run, graphql: httpx.AsyncClient, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "đ" * 20_000
    for _ in range(4):
        node = {"ref": "dieu-1", "type": "article", "label": "Điều 1", "text": text}
        await publish_edition("policy", contents.policy(nodes=[node]))
    state = graphql._transport.app.state  # type: ignore[attr-defined]
    small = state.hub.settings.model_copy(update={"include_text_bytes": 100_000})
    monkeypatch.setattr(state, "hub", replace(state.hub, settings=small))
    query = """query ($after: String) { policies(after: $after) {
        edges { node { id nodes { label } } } pageInfo { hasNextPage endCursor } } }"""

    first = (await run(query))["data"]["policies"]
    second = (await run(query, after=first["pageInfo"]["endCursor"]))["data"]["policies"]

    assert (len(first["edges"]), first["pageInfo"]["hasNextPage"]) == (2, True)
    assert (len(second["edges"]), second["pageInfo"]["hasNextPage"]) == (2, False)
    assert not {n["id"] for n in nodes(first)} & {n["id"] for n in nodes(second)}


async def test_the_reader_s_language_comes_from_the_argument_then_the_header(
    run: Run, publish_edition: Publish
) -> None:
    both = await publish_edition("bulletin", contents.bulletin(title="Bản tiếng Việt"))
    await publish_edition("bulletin", contents.bulletin(title="In English"), lang="en", document_id=both)
    await publish_edition("bulletin", contents.bulletin(title="Chỉ có tiếng Việt"))

    async def titles(arguments: str = "", accept: str | None = None) -> set[str]:
        headers = {"accept-language": accept} if accept else None
        answer = await run(f"{{ bulletins{arguments} {{ edges {{ node {{ title lang }} }} }} }}", headers=headers)
        return {f"{node['lang']}: {node['title']}" for node in nodes(answer["data"]["bulletins"])}

    vietnamese = {"vi: Bản tiếng Việt", "vi: Chỉ có tiếng Việt"}
    english = {"en: In English", "vi: Chỉ có tiếng Việt"}
    assert await titles() == vietnamese
    assert await titles(accept="en-GB,en;q=0.8") == english
    assert await titles('(lang: "vi")', accept="en") == vietnamese
    assert await titles('(lang: "en")') == english
    assert await titles(accept="fr") == vietnamese


def test_the_fields_of_whole_items_are_known() -> None:
    assert {"nodes", "attachments", "signer", "changeNote", "links"} <= FULL_ONLY["policy"]
    assert "body" in FULL_ONLY["bulletin"]
    assert not FULL_ONLY["policy"] & {"id", "title", "number", "topics"}


def _issued(day: int) -> dict[str, str]:
    return {"role": "issued", "on": f"2026-03-0{day}", "source": "Văn bản gốc"}
