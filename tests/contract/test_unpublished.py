"""No public address shows text that exists only in an unpublished edition: every route and every GraphQL field.

Editors' addresses are walked, too: by nobody, and with a key of another agency.
"""

import gzip
import re
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    is_required_argument,
)
from sqlalchemy import insert

from hub.auth.people import add_person
from hub.auth.principal import Principal
from hub.citations.follower import CitationFollower
from hub.consultation.records import MEMBER, consultation_id
from hub.content.checked_content import check_content
from hub.content.models import Document
from hub.db import Database
from hub.domain.kinds import BY_PLURAL
from hub.manage.notes import ASSIGNMENT, NoteType, add_note
from hub.press.burst_refresh import BURST
from hub.press.commands import insert_items
from hub.press.items import PressItem
from hub.press.lexicon import build_lexicon
from hub.press_inquiries.queries import INQUIRY
from hub.registry.hierarchy import read_registry
from hub.times import now, today
from ingest.dedup import DedupCandidate, record_provenance
from schema.limits import complexity
from schema.sdl import sdl
from tests.support import contents
from tests.support.editors import key
from tests.support.servers import Publish
from tests.support.surfaces import STREAMS, chosen, read_contract

SECRET = "bí mật chưa công bố"
HEADLINE = "tít báo của tòa soạn khác"
FOLDED = "bi mat chua cong bo"


def secret(kind: str) -> dict[str, Any]:
    """A content of a kind whose every free text is the secret."""
    own: dict[str, dict[str, Any]] = {
        "policy": {
            "number": "99/KH-MẬT",
            "nodes": [{"ref": "dieu-1", "type": "article", "label": SECRET, "heading": SECRET, "text": SECRET}],
            "signer": {"name": SECRET},
        },
        "draft": {"explanatory_note": SECRET},
        "bulletin": {"lead": SECRET, "body": f"<p>{SECRET}</p>"},
        "statement": {"occasion": SECRET, "text": SECRET},
    }
    return contents.MADE[kind](title=SECRET, summary=SECRET, links=[{"label": SECRET}], **own[kind])


@pytest.fixture
async def hidden(publish_edition: Publish, database: Database) -> list[UUID]:
    """Of each kind: one document that was never public, and one whose second edition is not; a headline; a source that
    says otherwise; to each document a note, and a person with a secret name to whom it is assigned; an inquiry of the
    press.
    """
    ids = []
    async with database.write() as session:
        seen = PressItem(f"{HEADLINE} về rác thải ở Huế", f"https://bao.test/{HEADLINE[:3]}", now(), now(), HEADLINE)
        assert (
            await insert_items(session, None, [seen], build_lexicon(await read_registry(database), today()))
        ).new == 1
        burst = {
            "kind": "topic",
            "subject": "rac-thai",
            "began_at": now(),
            "over": False,
            "observed": 9,
            "expected": 1.5,
        }
        days = dict.fromkeys(("first_on", "last_on", "peak_on"), today())
        said = {"phrases": [HEADLINE], "topics": ["rac-thai"], "places": ["46"], "score": 5.5, "outlets": 2}
        await session.execute(insert(BURST).values(burst | days | said))
    for kind, made in contents.MADE.items():
        ids.append(await publish_edition(kind, secret(kind), published=False))
        public = await publish_edition(kind, made())
        await publish_edition(kind, secret(kind), document_id=public, published=False)
        await publish_edition(kind, secret(kind), document_id=public, lang="en", published=False)
        ids.append(public)
    async with database.write() as session:
        # The hidden draft is the next one of the public draft's consultation.
        drafts = ids[2], ids[3]
        assert (await session.get_one(Document, drafts[0])).kind == "draft"
        linked = {"document_id": drafts[0], "consultation_id": consultation_id(drafts[1]), "position": 2}
        await session.execute(insert(MEMBER).values(**linked))
    follower = CitationFollower(database)
    while await follower.step():
        pass
    async with database.write() as session:
        checked = check_content("policy", "vi", secret("policy") | {"title": f"{SECRET} của nguồn"})
        claimed = DedupCandidate(checked, checked.fingerprint, None)
        where = {"source": "cong-khac", "source_id": SECRET, "url": f"https://cong.test/{SECRET[:2]}"}
        assert await record_provenance(session, ids[0], claimed, sha256=None, fetched_at=None, **where)
        editor = Principal("key:x", SECRET, "ubnd-hue", frozenset({"ubnd-hue"}), frozenset(), person=SECRET)
        person = await add_person(session, agency="ubnd-hue", name=SECRET, created_by=None)
        for each in ids:
            await add_note(session, editor, each, NoteType.note, SECRET)
            assigned = {"document_id": each, "person_id": person.id, "assigned_by": editor.id}
            await session.execute(insert(ASSIGNMENT).values(**assigned))
        inquiry = uuid4()
        asked = {"outlet": SECRET, "question": SECRET, "asked_at": now(), "created_by": editor.id}
        await session.execute(insert(INQUIRY).values(id=inquiry, agency="ubnd-hue", **asked))
    return [*ids, inquiry]


def leaks(answer: httpx.Response, headlines: tuple[str, ...] = (HEADLINE,)) -> bool:
    packed = answer.headers.get("content-type") == "application/gzip"
    text = (gzip.decompress(answer.content) if packed else answer.content).decode("utf-8", "replace").lower()
    return any(word in text for word in (SECRET, FOLDED, "99/kh-mật", "99.khmat", *headlines))


@pytest.fixture(params=["nobody", "another agency"])
async def stranger(request: pytest.FixtureRequest, database: Database) -> dict[str, str]:
    """The headers of someone who may not see it: without a key, or with every scope for another agency."""
    if request.param == "nobody":
        return {}
    return {"authorization": f"Bearer {await key(database, 'so-y-te')}"}


EDITORS = "/api/v1/manage"
WEBSUB = "/websub"
INGEST = "/api/v1/ingest"
WRITTEN = ("/api/v1/zalo/events", "/api/v1/subscriptions")
"""Addresses that take what strangers send, and answer with nothing but what came of it."""


def _targets(path: str, hidden: list[UUID]) -> list[str]:
    """The path for each document; other parts of it are of no matter."""
    found = []
    if "/consultations/" in path:
        hidden = [*hidden, *map(consultation_id, hidden)]
    for one in chosen(path):
        found += [one.replace("{id}", str(each)) for each in hidden] if "{id}" in one else [one]
    return [re.sub(r"{\w+}", "x", each.replace("{item}", "1")) for each in found]


def _of_its_kind(path: str, hidden: list[UUID]) -> list[UUID]:
    """The documents that an address can show: the two of its kind, or all where it names none."""
    own = [kind.name for plural, kind in BY_PLURAL.items() if f"/{plural}/" in path]
    of_kinds = zip([kind for kind in contents.MADE for _ in range(2)], hidden, strict=False)
    return [each for kind, each in of_kinds if kind in own] if own else hidden


async def test_no_rest_address_shows_it(client: httpx.AsyncClient, hidden: list[UUID]) -> None:
    asked = 0
    for path, methods in read_contract()["paths"].items():
        if path.startswith(EDITORS) or path in STREAMS:
            continue
        if path == WEBSUB:  # it answers without a body and sends what the feeds show, which are walked here
            assert (await client.post(path, data={"hub.mode": "subscribe", "hub.topic": SECRET})).status_code == 422
            continue
        if path in WRITTEN:
            assert (await client.post(path, json={"text": SECRET})).status_code >= 400
            continue
        if path == INGEST:  # it answers with what came of the records that it was sent
            assert (await client.post(path, json={"source": "x", "records": [SECRET]})).status_code == 401
            continue
        if not path.startswith("/api/v1/consultations/{id}/comments"):  # answers of its writes are the author's own
            assert set(methods) <= {"get"}, "a new verb needs a look of its own"
        if "get" not in methods:
            continue
        needed, *others = _queries(methods["get"], hidden)
        asks = [(target, needed) for target in _targets(path, hidden)]
        asks += [(target, query) for query in others for target in _targets(path, _of_its_kind(path, hidden))]
        for target, query in asks:
            answer = await client.get(target, params=query, headers={"accept-language": "en"})
            asked += 1
            # What was asked may be said again in a refusal, so only answers count.
            assert not (answer.status_code == 200 and leaks(answer)), (target, query)
    for page in ("/metrics", "/docs", "/problems", "/graphql", "/openapi.json", "/guide?q=chua+cong+bo", "/llms.txt"):
        assert not leaks(await client.get(page, headers={"accept": "text/html, */*;q=0.5"}))
    assert asked > 60


async def test_no_answer_about_consultations_names_a_draft_that_is_not_public(
    client: httpx.AsyncClient, hidden: list[UUID]
) -> None:
    draft, public = hidden[2], hidden[3]
    selection = "{ edges { node { id draft } } }"
    for target in ("/api/v1/consultations", f"/api/v1/consultations/{consultation_id(public)}"):
        answer = await client.get(target)
        assert (answer.status_code, str(draft) in answer.text, str(public) in answer.text) == (200, False, True)
    assert (await client.get(f"/api/v1/consultations/{consultation_id(draft)}")).status_code == 404
    told = (await client.get("/api/v1/changes?subject=consultation&limit=1000")).text
    told += (await client.post("/graphql", json={"query": f"{{ consultations {selection} }}"})).text
    assert str(draft) not in told
    assert str(public) in told


async def test_no_editors_address_shows_it_to_a_stranger(
    client: httpx.AsyncClient, hidden: list[UUID], stranger: dict[str, str]
) -> None:
    asked = 0
    for path, methods in read_contract()["paths"].items():
        for method in methods if path.startswith(EDITORS) else ():
            parameters = {each["name"] for each in methods[method].get("parameters", ())}
            values = {"agency": "ubnd-hue", "document": str(hidden[0]), "name": "a.pdf"}
            for target in _targets(path, hidden):
                for query in [{}, *({name: value} for name, value in values.items() if name in parameters)]:
                    sent: dict[str, Any] = {"headers": stranger | {"if-match": '"1"'}, "params": query}
                    if method != "get":
                        sent["json"] = {}
                    answer = await client.request(method, target, **sent)
                    asked += 1
                    # Headlines are no agency's: editors of all of them may read them.
                    assert not leaks(answer, () if stranger else (HEADLINE,)), (method, target)
                    assert stranger or answer.status_code == 401, (method, target)
                    assert "{id}" not in path or answer.status_code >= 400, (method, target)
    assert asked > 100


def _queries(operation: dict[str, Any], hidden: list[UUID]) -> list[dict[str, Any]]:
    """No parameter, then each one alone with values that could bring the secret out."""
    values: dict[str, list[Any]] = {
        "q": [SECRET, FOLDED, "99/KH-MẬT"],
        "limit": [100],
        "include": ["text", "view"],
        "lang": ["vi", "en"],
        "sort": ["modified_desc", "title_asc"],
        "agency": ["ubnd-hue"],
        "issuer": ["ubnd-hue"],
        "type": ["Kế hoạch"],
        "topic": ["moi-truong"],
        "kind": ["policy", "draft", "bulletin", "statement"],
        "issued_from": ["2000-01-01"],
        "modified_from": ["2000-01-01"],
        "from": ["1"],
        "to": ["2", "1"],
        "direction": ["in", "out"],
        "by": ["number", "self"],
        "node": ["dieu-1"],
        "as_of": [now().isoformat()],
        "in_force_on": ["2026-11-01"],
        "on": ["2026-11-01"],
        "url": [f"http://hub.test/d/{each}" for each in hidden],
        "figure": ["drafts_announced", "policies_not_stated"],
    }
    needed = {
        p["name"]: values[p["name"]][0] for p in operation.get("parameters", ()) if p["required"] and p["in"] == "query"
    }
    found = [needed]
    for parameter in operation.get("parameters", ()):
        found += [needed | {parameter["name"]: value} for value in values.get(parameter["name"], ())]
    return found


def _selection(found: Any, depth: int, alias: str = "") -> str:
    """Every field of a type, as deep as the views go; `alias` begins the names of leaves in the answer."""
    found = get_named_type(found)
    if isinstance(found, GraphQLUnionType):
        # `status` of a place and of a refusal are of two types.
        aliases = {each: "" if each.name == "Refusal" else f"{each.name}_" for each in found.types}
        branches = " ".join(f"... on {each.name} {_selection(each, depth, aliases[each])}" for each in found.types)
        return f"{{ __typename {branches} }}"
    if not isinstance(found, GraphQLObjectType | GraphQLInterfaceType):
        return ""
    parts = ["__typename"]
    for name, field in found.fields.items():
        inner = get_named_type(field.type)
        leaf = not isinstance(inner, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
        if leaf:
            parts.append(f"{alias}{name}: {name}" if alias else name)
        elif depth > 0:
            parts.append(f"{name} {_selection(inner, depth - 1)}")
    return "{ " + " ".join(parts) + " }"


EVERY_FIELD = 2_000
"""Fields of a query that selects everything: more than one query may have."""
KINDS = ("Policy", "Draft", "Bulletin", "Statement")

# One value for each scalar, and for arguments where any value will not do.
VALUES: dict[str, Any] = {
    "ID": str(UUID(int=1)),
    "Int": 1,
    "Long": 1,
    "Boolean": True,
    "ContentInput": {"bulletin": {"title": "x", "lead": "x", "body": "<p>x</p>"}},
    "String": "x",
    "Date": "2026-11-01",
}
VALUES |= {"scopes": ["write"], "items": [{"id": str(UUID(int=1)), "verb": "approve", "version": 1}]}
VALUES |= {
    "closesOn": "2031-01-01",
    "DateTime": "2099-01-01T00:00:00+07:00",
    "version": 1,
    "lang": "vi",
    "kind": "policy",
    "agency": "ubnd-hue",
}
VALUES |= {
    "list": "topics",
    "code": "truyen-thong",
    "into": "moi-truong",
    "successors": [],
    "changes": {"name": "x"},
    "agreesEntirely": True,
    "OpennessFigure": "drafts_announced",
    "AnswerOutcome": "noted",
    "ModerationDecision": "publish",
    "ItemVerdict": "arrived",
    "CommentVersionInput": {"id": str(UUID(int=1)), "version": 1},
    "RenameInput": {"name": "x", "validFrom": "2026-01-01"},
    "AgencyInput": {"code": "x", "name": "x", "level": "other"},
    "TopicInput": {"code": "x", "name": "x", "nameEn": "x"},
    "PlaceInput": {"code": "1", "name": "x", "level": "ward"},
    "SpokespersonInput": {"code": "x", "agency": "ubnd-hue", "name": "x", "title": "x"},
}
OWN = {"consultation": str(UUID(int=1)), "code": "A"}
SAID = {"draft": 1, "stance": "asks", "text": "x", "author": {"kind": "anonymous"}, "shown": "nothing"}
VALUES |= {
    "OwnCommentInput": OWN,
    "AmendOpinionInput": OWN | {"stance": "asks"},
    "SubmitOpinionInput": {"consultation": OWN["consultation"]} | SAID,
}
VALUES["SubmitOpinionInput"] |= {"consent": {"wording": "comment", "version": 1, "lang": "vi"}}


def _calls(field: Any, **given: list[Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """What to call a field with: `(declared variables, arguments, values)`, once for each of the values given."""
    name, wanted = next(((name, values) for name, values in given.items() if name in field.args), ("", [None]))
    calls = []
    for value in wanted:
        values = {
            each: VALUES.get(each, VALUES.get(get_named_type(argument.type).name))
            for each, argument in field.args.items()
            if is_required_argument(argument)
            or each in ("lang", "version", "closesOn", "comment", "name", "agreesEntirely")
        }
        values |= {name: value} if name else {}
        declared = ", ".join(f"${each}: {field.args[each].type}" for each in values)
        arguments = ", ".join(f"{each}: ${each}" for each in values)
        calls.append((f"({declared})" if values else "", f"({arguments})" if values else "", values))
    return calls


def is_id(field: Any, name: str) -> bool:
    """True if a field has an argument that names one thing by its id."""
    return name in field.args and is_required_argument(field.args[name])


async def test_no_graphql_field_shows_it(client: httpx.AsyncClient, hidden: list[UUID]) -> None:
    schema = build_schema(sdl())
    assert schema.query_type is not None
    asked, consulted = 0, [str(consultation_id(each)) for each in hidden]
    for name, field in schema.query_type.fields.items():
        if name == "manage":
            continue
        selections = [_selection(field.type, 4)]
        if isinstance(get_named_type(field.type), GraphQLInterfaceType):
            selections = [f"{{ ... on {kind} {_selection(schema.type_map[kind], 3)} }}" for kind in KINDS]
        for declared, arguments, values in _calls(
            field,
            query=[SECRET, FOLDED, "99/KH-MẬT"],
            id=[str(each) for each in hidden],
            **({"consultation": consulted} if is_id(field, "consultation") else {}),
        ):
            for selection in selections:
                query = f"query {declared} {{ {name}{arguments} {selection} }}"
                languages = ("vi", "en") if "lang" in field.args else (None,)
                for lang in languages:
                    sent = values | ({"lang": lang} if lang else {})
                    answer = await client.post("/graphql", json={"query": query, "variables": sent})
                    asked += 1
                    assert "id" in field.args or is_id(field, "consultation") or "errors" not in answer.json(), (
                        name,
                        answer.json(),
                    )
                    assert "graphql_validation_failed" not in answer.text, (name, answer.json())
                    assert not leaks(answer), name
    assert asked > 20


async def test_nothing_below_manage_shows_it_to_a_stranger(
    client: httpx.AsyncClient, hidden: list[UUID], stranger: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(complexity, "MAX_FIELDS", EVERY_FIELD)
    monkeypatch.setattr(complexity, "MAX_ALIASES", EVERY_FIELD)
    schema = build_schema(sdl())
    made = schema.type_map["Manage"]
    assert isinstance(made, GraphQLObjectType)
    ids = [str(each) for each in hidden]
    for name, field in made.fields.items():
        calls = _calls(field, id=ids if name != "key" else ["0123456789ab"], document=ids)
        calls += _calls(field, agency=["ubnd-hue", "so-y-te"]) if "agency" in field.args else []
        for declared, arguments, values in calls:
            query = f"query {declared} {{ manage {{ {name}{arguments} {_selection(field.type, 4)} }} }}"
            answer = await client.post("/graphql", json={"query": query, "variables": values}, headers=stranger)
            # Headlines are no agency's: editors of all of them may read them.
            assert not leaks(answer, () if stranger else (HEADLINE,)), (name, values)
            assert answer.headers["cache-control"] == "no-store"
            found = answer.json()
            codes = [error["extensions"]["code"] for error in found.get("errors", ())]
            if not stranger:
                assert (codes, found["data"]) == (["unauthenticated"], {"manage": None})
            elif "id" in values or values.get("agency") == "ubnd-hue" or name == "unmapped":  # of the province alone
                assert found["data"] == {"manage": {name: None}}
                assert codes in (["not_found"], ["forbidden"])
            elif name in ("people", "keys"):  # their own, and nobody else's
                nodes = [edge["node"] for edge in found["data"]["manage"][name]["edges"]]
                assert (codes, {node["agency"] for node in nodes}) == ([], {"so-y-te"})
            elif name.startswith(("trend", "channel", "zalo")) or name == "registryEntry":
                assert (codes, leaks(answer, ())) == ([], False), (name, codes)
            else:
                listed = found["data"]["manage"][name]
                assert (codes, listed if isinstance(listed, list) else listed["edges"]) == ([], [])


async def test_no_mutation_shows_it_to_a_stranger(
    client: httpx.AsyncClient, hidden: list[UUID], stranger: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(complexity, "MAX_FIELDS", EVERY_FIELD)
    monkeypatch.setattr(complexity, "MAX_ALIASES", EVERY_FIELD)
    schema = build_schema(sdl())
    assert schema.mutation_type is not None
    # Nobody is refused before anything is read.
    ids = [str(each) for each in (hidden if stranger else hidden[:2])]
    for name, field in schema.mutation_type.fields.items():
        those = ["1"] if "ChannelItem" in name else ["0123456789ab"] if "Key" in name else ids
        for declared, arguments, values in _calls(field, id=those):
            query = f"mutation {declared} {{ {name}{arguments} {_selection(field.type, 4)} }}"
            answer = await client.post("/graphql", json={"query": query, "variables": values}, headers=stranger)
            assert not leaks(answer), (name, values)
            assert "data" in answer.json(), (name, answer.json())
            result = answer.json()["data"][name]
            code = result["results"][0]["problem"]["code"] if "results" in result else result["code"]
            refusals = ("not_found", "forbidden") if stranger else ("unauthenticated",)
            refusals = ("not_found", "comment_not_found") if name.endswith("Opinion") else refusals  # for everybody
            assert code in refusals, (name, answer.json())


def test_the_secret_would_be_found_if_it_were_public() -> None:
    """The walk is worth something: every kind's secret content says the secret in every free text."""
    for kind in contents.MADE:
        assert str(secret(kind)).count(SECRET) >= 4
