"""Private data of comments stands on no surface: planted once, looked for wherever the hub says or stores something.

A new address, parameter, GraphQL field or export is walked as soon as the contract names it; a new kind of parameter
fails until a value is given here.
"""

import asyncio
import gzip
import re
import subprocess
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from graphql import GraphQLObjectType, GraphQLSchema, build_schema, get_named_type, is_enum_type, is_required_argument
from sqlalchemy import select, text
from structlog.testing import capture_logs

from hub.app import HubApp, create_app
from hub.auth.principal import Scope
from hub.consultation.bodies.queries import BODY
from hub.consultation.carryover import job as carryover_job
from hub.consultation.carryover.job import CarryoverJob
from hub.consultation.records import consultation_id
from hub.db import Database
from hub.embedded.programs import find_programs
from hub.exports.builder import FILE_NAMES
from hub.settings import Settings
from schema.limits import complexity
from schema.sdl import sdl
from tests.contract.test_unpublished import EVERY_FIELD, KINDS, VALUES, _selection
from tests.search.conftest import Hub, make_hub
from tests.support import contents
from tests.support.asgi import running
from tests.support.canaries import CITIZEN_ID, PHONE, WORD, Canary, find_in_all, find_traces
from tests.support.comments import NODES, comment_rows
from tests.support.consultations import window
from tests.support.editors import key
from tests.support.planted_comments import PlantedComments, settings_of_planted
from tests.support.receiver import Receiver, receiver
from tests.support.served import opened, serving_app
from tests.support.servers import Publish
from tests.support.stored_comments import CommentStore
from tests.support.surfaces import STREAMS, chosen, read_contract
from tests.support.waiting import eventually
from tests.support.webhooks import Manager, delivering, seqs

MINE = "/comments/mine"
"""Addresses of an author, who shows the code: their own data is theirs."""
STORES = (
    "comment_quota",
    "rate_bucket",
    "idempotency_key",
    "audit_entry",
    "comment_place",
    "comment_group",
    "webhook_receipt",
)
"""Tables of the database that must have had something to show."""
WELL_KNOWN = (
    "/.well-known/security.txt",
    "/.well-known/apple-app-site-association",
    "/.well-known/assetlinks.json",
)
OTHER_PAGES = (
    "/",
    "/metrics",
    "/docs",
    "/problems",
    "/openapi.json",
    "/graphql",
    "/guide",
    "/llms.txt",
    "/favicon.ico",
    *WELL_KNOWN,
)
ROOT = Path(__file__).parents[2]

Parts = list[tuple[str, bytes]]


@pytest.fixture
def planted_settings(search_settings: Settings) -> Settings:
    return settings_of_planted(search_settings)


@pytest.fixture
def app(planted_settings: Settings) -> HubApp:
    return create_app(planted_settings)


@pytest.fixture
async def client(app: HubApp) -> AsyncIterator[httpx.AsyncClient]:
    async with running(app) as opened_client:
        yield opened_client


class Walk:
    """Everything that a hub says about one story, asked by one reader."""

    def __init__(self, client: httpx.AsyncClient, story: PlantedComments, body: UUID, group: UUID | None):
        self.client, self.story = client, story
        comments = [str(one) for one in story.comments.values()]
        self.values: dict[str, list[str]] = {
            "id": [str(story.id), str(story.document)],
            "comment": comments,
            "body_id": [str(body)],
            "group": [str(group)] if group else [],
            "answer": [str(uuid4())],
            "batch": [str(uuid4())],
            "document": [str(story.document)],
            "position": ["1", "2", "3"],
            "draft": ["1", "2"],
            "format": ["json", "csv", "xlsx", "docx"],
            "name": list(FILE_NAMES),
            "code": ["so-y-te"],
            "token": ["x"],
            "seq": ["1"],
            "item": ["1"],
            "number": ["1"],
            "kind": ["draft"],
            "list": ["agencies"],
            "q": [WORD, CITIZEN_ID],
            "query": [WORD],
            "figure": ["opinions"],
            "from": ["1"],
            "to": ["2"],
            "url": [f"http://hub.test/d/{story.document}"],
            "ref": ["dieu-1"],
            "limit": ["100"],
            "lang": ["vi", "en"],
            "include": ["view", "text"],
        }
        self.seen: set[str] = set()

    async def ask_rest(self, paths: dict[str, Any], headers: dict[str, str], only: str = "") -> Parts:
        """Every GET with each value of its parts and parameters; what was answered, by address."""
        found: Parts = []
        for path, methods in paths.items():
            if "get" not in methods or path in STREAMS or MINE in path or only not in path:
                continue
            for target in self._targets(path):
                for query in self._queries(path, methods["get"]):
                    answer = await self.client.get(target, params=query, headers=headers)
                    assert answer.status_code != 429, "the walk is too fast for the limit of rates"
                    # What a reader typed may be said again to that reader.
                    said = answer.content
                    for word in query.values():
                        said = said.replace(word.encode(), b"") if word in (WORD, CITIZEN_ID) else said
                    found.append((f"{target} {query}", _head(answer) + said))
                    if answer.status_code == 200:
                        self.seen.add(path)
        return found

    def _targets(self, path: str) -> list[str]:
        targets = []
        for one in chosen(path):
            some = [one]
            for name in re.findall(r"{(\w+)}", one):
                some = [each.replace(f"{{{name}}}", value, 1) for each in some for value in self.values[name]]
            targets += some
        return targets

    def _queries(self, path: str, operation: dict[str, Any]) -> Iterator[dict[str, str]]:
        """What is required, and each other value or choice of one parameter with it."""
        parameters = [each for each in operation.get("parameters", ()) if each["in"] == "query"]
        needed = {each["name"]: self.values[each["name"]][0] for each in parameters if each["required"]}
        yield needed
        is_near = any(word in path for word in ("consultation", "openness", "changes", "snapshot"))
        for each in parameters if is_near else ():
            for value in [*self.values.get(each["name"], ()), *_choices(each["schema"])]:
                if each["name"] not in needed or needed[each["name"]] != value:
                    yield needed | {each["name"]: value}

    async def ask_graphql(
        self, schema: GraphQLSchema, made: GraphQLObjectType, headers: dict[str, str], wrap: str
    ) -> Parts:
        """Every field with everything below it, for each id, and with each choice of its arguments."""
        found: Parts = []
        for name, field in made.fields.items():
            if name == "manage":
                continue
            inner = get_named_type(field.type)
            below = [_selection(field.type, 4)]
            if inner.name == "Node":
                below = [f"{{ ... on {kind} {_selection(schema.type_map[kind], 3)} }}" for kind in KINDS]
            for values in self._calls(field):
                for selection in below:
                    declared = ", ".join(f"${each}: {field.args[each].type}" for each in values)
                    arguments = ", ".join(f"{each}: ${each}" for each in values)
                    call = f"{name}({arguments}) {selection}" if values else f"{name} {selection}"
                    query = f"query {f'({declared})' if values else ''} {{ {wrap.replace('…', call)} }}"
                    answer = await self.client.post(
                        "/graphql", json={"query": query, "variables": values}, headers=headers
                    )
                    assert "graphql_validation_failed" not in answer.text, (name, answer.text[:500])
                    found.append((f"{name} {values}", _head(answer) + answer.content))
                    if f'"{name}":null' not in answer.text:
                        self.seen.add(f"{wrap} {name}")
        return found

    def _calls(self, field: Any) -> Iterator[dict[str, Any]]:
        base: list[dict[str, Any]] = [{}]
        for name, argument in field.args.items():
            if is_required_argument(argument):
                base = [one | {name: value} for one in base for value in self._values_of(name, argument)]
        yield from base
        for name, argument in field.args.items():
            if is_required_argument(argument):
                continue
            made = get_named_type(argument.type)
            if is_enum_type(made) and str(argument.type).startswith("["):
                yield base[0] | {name: list(made.values)}
            elif is_enum_type(made):
                yield from (base[0] | {name: value} for value in made.values)
            elif name in ("query", "group", "lang", "draft"):
                yield from (base[0] | {name: value} for value in self._values_of(name, argument))

    def _values_of(self, name: str, argument: Any) -> list[Any]:
        kind = get_named_type(argument.type).name
        found: list[Any] = list(self.values.get(name, ())) if kind != "Int" else [1, 2]
        if kind == "ID" and name == "consultation":
            found = [str(self.story.id)]
        return found or [VALUES.get(name, VALUES.get(kind))]


def _choices(schema: dict[str, Any]) -> list[str]:
    """The words that a parameter can be, through references, lists and alternatives."""
    found = [str(each) for each in schema.get("enum", ())] + (
        ["true", "false"] if schema.get("type") == "boolean" else []
    )
    if "$ref" in schema:
        found += _choices(read_contract()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    for inner in (schema.get("items"), *schema.get("anyOf", ()), *schema.get("allOf", ())):
        found += _choices(inner) if inner else []
    return found


def _head(answer: httpx.Response) -> bytes:
    return "\n".join(f"{name}: {value}" for name, value in answer.headers.items()).encode()


async def _walk(client: httpx.AsyncClient, database: Database, story: PlantedComments) -> Walk:
    async with database.read() as connection:
        body = (await connection.execute(select(BODY.c.id))).scalar_one()
    groups = [row.group_id for row in await comment_rows(database) if row.group_id]
    return Walk(client, story, body, groups[0] if groups else None)


def _assert_all_were_seen(walk: Walk, schema: GraphQLSchema) -> None:
    """The walk is worth something: every public address and field about comments answered with something."""
    paths = {path for path in read_contract()["paths"] if path.startswith("/api/v1/consultations/")}
    missing = {path for path in paths - walk.seen if MINE not in path}
    assert missing == set(), "these addresses need values that exist"
    fields = {"consultation", "commentGroups", "consultationAnswers", "consultationBodies", "consultationModeration"}
    assert {f"… {name}" for name in fields | {"opinions"}} - walk.seen == set()
    assert schema.subscription_type is not None
    assert set(schema.subscription_type.fields) == {"changes"}, "a new subscription needs a look of its own"


async def _strangers(database: Database) -> list[dict[str, str]]:
    """Nobody, every scope for another agency, and every scope but `moderate` for this one."""
    others = [scope.value for scope in Scope if scope is not Scope.moderate]
    keys = [await key(database, "so-y-te"), await key(database, "ubnd-hue", *others)]
    return [{}, *({"authorization": f"Bearer {each}"} for each in keys)]


async def _read_streams(app: HubApp, client: httpx.AsyncClient, hook: Receiver, settings: Settings) -> Parts:
    """What is streamed, and what webhooks deliver, of the whole log."""
    subjects: dict[str, Any] = {"subject": ["document", "consultation"], "limit": 1_000}
    entries = (await client.get("/api/v1/changes", params=subjects)).json()["items"]
    async with serving_app(app) as served:
        source = await opened(served, "/api/v1/events?after=0&subject=document&subject=consultation")
        events = await source.take(len(entries))
        await source.close()
    async with delivering(settings):
        await eventually(lambda: asyncio.sleep(0, len(set(seqs(hook))) == len(entries)))
    parts = [("an event", event.data) for event in events]
    return parts + [("a webhook", str(got.headers).encode() + got.body) for got in hook.got]


async def _read_index(settings: Settings, hub: Hub) -> Parts:
    """All documents of the search engine."""
    await hub.catch_up()
    index = await hub.follower.projector.index()
    headers = {"authorization": f"Bearer {settings.meilisearch_key and settings.meilisearch_key.get_secret_value()}"}
    async with httpx.AsyncClient(base_url=str(settings.meilisearch_url), headers=headers) as engine:
        answer = await engine.get(f"/indexes/{index}/documents", params={"limit": 1_000})
    assert answer.json()["results"], answer.text
    return [("search", answer.content)]


def _dump(settings: Settings) -> bytes:
    program = str(find_programs(None) / "pg_dump")
    command = [program, "--format=plain", settings.require_database_url()]
    return subprocess.run(command, check=True, capture_output=True).stdout


@pytest.mark.full
async def test_planted_private_data_is_on_no_surface_and_not_in_clear_in_the_database(
    app: HubApp,
    client: httpx.AsyncClient,
    planted_settings: Settings,
    database: Database,
    publish_edition: Publish,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(complexity, "MAX_FIELDS", EVERY_FIELD)
    contract, schema = read_contract()["paths"], build_schema(sdl())
    made, manage = schema.query_type, schema.type_map["Manage"]
    assert isinstance(made, GraphQLObjectType)
    assert isinstance(manage, GraphQLObjectType)
    async with receiver() as hook:
        await Manager(client, await key(database)).make(hook, filter={"subject": ["document", "consultation"]})
        story = await PlantedComments.begin(app, database, planted_settings, publish_edition)
        await story.tell()
        first = await _walk(client, database, story)
        parts: Parts = [*story.refusals, *await first.ask_rest(contract, {}, only="/api/v1/consultations/")]
        await story.end()
        parts += await _read_index(planted_settings, make_hub(planted_settings, database))
        parts += await _read_streams(app, client, hook, planted_settings)
    walk = await _walk(client, database, story)
    walk.seen = first.seen
    parts += await walk.ask_rest({path: one for path, one in contract.items() if "/manage" not in path}, {})
    parts += await walk.ask_graphql(schema, made, {}, "…")
    for page in OTHER_PAGES:
        parts.append((page, (await client.get(page, headers={"accept": "text/html, */*;q=0.5"})).content))
    for who, headers in enumerate(await _strangers(database)):
        # Letters of bodies, byte for byte, and contacts for the notice of an answer are for editors of the agency.
        own = ("/file", "/contacts", "/contacts.csv")
        paths = {path: one for path, one in contract.items() if who < 2 or not path.endswith(own)}
        asked = await walk.ask_rest(paths, headers, only="/manage")
        graphql = await walk.ask_graphql(schema, manage, headers, "manage { … }")
        asked += [(name, body) for name, body in graphql if who < 2 or not name.startswith("commentContacts")]
        parts += [(f"reader {who}: {name}", body) for name, body in asked]
    _assert_all_were_seen(walk, schema)
    found = find_in_all(parts) + find_in_all(story.stored_files())
    await story.count_requests()
    found += [f"database: {trace}" for trace in find_traces(_dump(planted_settings), deep=True)]
    said = capsys.readouterr()
    logged = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx")]
    found += find_in_all([("logs", "\n".join([said.out, said.err, *logged]).encode())])

    assert not found, "\n".join(found)
    assert len(parts) > 500
    queue = await walk.ask_rest(contract, story.editor, only="/moderation")
    assert find_in_all(queue), "what a moderator sees would be found"
    for name in STORES:
        async with database.read() as connection:
            assert (await connection.execute(text(f"SELECT count(*) FROM {name}"))).scalar_one() > 0, name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_planted_words_would_be_found_however_they_were_stored(encoding: str) -> None:
    own = Canary("net")
    for word in (own.name, own.email, own.address, PHONE, PHONE.replace(" ", ""), CITIZEN_ID):
        for before in ("", "a", "ab"):
            stored = f"{before}{word} và".encode(encoding)
            assert find_traces(b"x" + stored), word
            if encoding == "utf-8":
                assert find_traces(b64encode(stored)), word
                assert find_traces(b"\t\\x" + gzip.compress(stored).hex().encode(), deep=True), word
    for name, body in own.files().items():
        assert find_traces(body), name


async def test_a_search_for_places_that_fails_logs_no_word_of_it(
    database: Database, settings: Settings, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Canary("carried")
    document = await publish_edition("draft", contents.draft(consultation=window(-2, 9), nodes=NODES, draft_version=1))
    await CommentStore(database, settings, consultation_id(document)).add(own.text, ref="dieu-1")
    changed = contents.draft(consultation=window(-2, 9), nodes=NODES[:1], draft_version=2)
    await publish_edition("draft", changed, document_id=document)

    async def fail(*_: object) -> None:
        raise ValueError(own.text)

    monkeypatch.setattr(carryover_job, "find_places", fail)
    with capture_logs() as logs:
        await CarryoverJob(database).run_once()

    assert [(entry["event"], entry["problem"]) for entry in logs] == [("carryover_failed", "ValueError")]
    assert find_traces(str(logs).encode()) == []


def test_the_widget_and_pages_of_consultations_store_nothing_in_a_browser() -> None:
    stores = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.|serviceWorker|cookieStore")
    folder = ROOT / "hub" / "web" / "static" / "embed"
    paths = [path for path in folder.rglob("*") if re.search("consultation|comment|proof|work", path.name)]
    assert len(paths) > 1
    found = {str(path.relative_to(folder)): stores.findall(path.read_text("utf-8")) for path in paths if path.is_file()}
    assert {name: uses for name, uses in found.items() if uses} == {}
