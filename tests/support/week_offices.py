"""One office of an agency over the two protocols: what its people do in a week, by REST and by GraphQL.

GraphQL takes no files: pictures, attachments and files to read go by REST in both.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import httpx

from schema.naming import camel_case

API = "/api/v1"
MANAGE = f"{API}/manage"


class Refused(AssertionError):
    """A refusal of the hub."""

    def __init__(self, problem: dict[str, Any]):
        super().__init__(problem)
        self.code: str = problem["code"]
        self.field: str | None = problem.get("field")


def bearer(key: str | None) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"} if key else {}


def graphql_content(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    """The content of a document as a variable of a mutation: in the member of its kind, with names in camelCase."""
    return {kind: _camel(content)}


def _camel(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_camel(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {camel_case(name): _camel(item) for name, item in value.items()}


@dataclass
class Office(ABC):
    """An agency on a hub; the key of each call says who acts."""

    client: httpx.Client
    agency: str
    ward: str

    def upload(self, key: str, document: str, name: str, body: bytes, media_type: str) -> dict[str, Any]:
        """Add a file to a document."""
        headers = bearer(key) | {"content-type": media_type}
        path = f"{MANAGE}/documents/{document}/files"
        return _answered(self.client.post(path, params={"name": name}, content=body, headers=headers))

    def read_file(self, key: str, kind: str, name: str, body: bytes) -> dict[str, Any]:
        """Read a file as a content, without storing it."""
        params = {"kind": kind, "name": name}
        return _answered(self.client.post(f"{MANAGE}/read", params=params, content=body, headers=bearer(key)))

    @abstractmethod
    def add_person(self, key: str | None, name: str) -> str:
        """Add a person of the agency; the id."""

    @abstractmethod
    def add_key(self, key: str, person: str, *scopes: str) -> dict[str, Any]:
        """Create a key of a person: `id` and `key`."""

    @abstractmethod
    def create(self, key: str, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        """Create a document with its first working edition."""

    @abstractmethod
    def save(self, key: str, document: str, content: dict[str, Any]) -> dict[str, Any]:
        """Save the working edition."""

    @abstractmethod
    def step(self, key: str, document: str, verb: str, **members: Any) -> dict[str, Any]:
        """Take a step from the present version."""

    @abstractmethod
    def version(self, key: str, document: str) -> int:
        """The present version of a document."""

    @abstractmethod
    def waiting(self, key: str, words: str | None = None) -> set[str]:
        """The documents of the office that wait for whoever has the key."""

    @abstractmethod
    def batch(self, key: str, verb: str, *documents: str) -> list[str]:
        """Take a step with several documents; for each the new state, or the code of the refusal."""

    @abstractmethod
    def rename_ward(self, key: str, name: str, day: str) -> None:
        """Give the ward another name from a day on."""

    @abstractmethod
    def public(self, kind: str, document: str) -> dict[str, Any] | None:
        """The public document: title, lead, edition, places and attachments; None if there is none."""

    @abstractmethod
    def listed(self, kind: str) -> list[str]:
        """The public documents of a kind in the ward, latest first."""

    @abstractmethod
    def home(self) -> dict[str, list[str]]:
        """The home screen of an app for the ward: the latest bulletins, policies, and the drafts that are open."""

    @abstractmethod
    def find(self, words: str) -> list[str]:
        """The documents of the agency that a search finds."""


@dataclass
class RestOffice(Office):
    """An office that uses REST."""

    def _send(self, key: str | None, method: str, path: str, body: Any = None, version: int | None = None) -> Any:
        headers = bearer(key) | ({"if-match": f'"{version}"'} if version is not None else {})
        return _answered(self.client.request(method, f"{API}/{path}", json=body, headers=headers))

    def add_person(self, key: str | None, name: str) -> str:
        return str(self._send(key, "POST", "manage/people", {"agency": self.agency, "name": name})["id"])

    def add_key(self, key: str, person: str, *scopes: str) -> dict[str, Any]:
        found: dict[str, Any] = self._send(key, "POST", "manage/keys", {"person_id": person, "scopes": scopes})
        return found

    def create(self, key: str, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        body = {"kind": kind, "agency": self.agency, "content": content}
        found: dict[str, Any] = self._send(key, "POST", "manage/documents", body)
        return found

    def save(self, key: str, document: str, content: dict[str, Any]) -> dict[str, Any]:
        path = f"manage/documents/{document}/edition"
        found: dict[str, Any] = self._send(key, "PUT", path, {"content": content}, self.version(key, document))
        return found

    def step(self, key: str, document: str, verb: str, **members: Any) -> dict[str, Any]:
        path = f"manage/documents/{document}/{verb}"
        found: dict[str, Any] = self._send(key, "POST", path, members or None, self.version(key, document))
        return found

    def version(self, key: str, document: str) -> int:
        return int(self._send(key, "GET", f"manage/documents/{document}")["version"])

    def waiting(self, key: str, words: str | None = None) -> set[str]:
        asked = {"waiting_for": "me", "agency": self.agency} | ({"q": words} if words else {})
        return {line["id"] for line in self._send(key, "GET", f"manage/documents?{httpx.QueryParams(asked)}")["items"]}

    def batch(self, key: str, verb: str, *documents: str) -> list[str]:
        items = [{"id": each, "verb": verb, "version": self.version(key, each)} for each in documents]
        results = self._send(key, "POST", "manage/document-batches", {"items": items})["results"]
        return [each["problem"]["code"] if each["problem"] else each["state"] for each in results]

    def rename_ward(self, key: str, name: str, day: str) -> None:
        path = f"manage/registry/places/{self.ward}"
        version = self._send(key, "GET", path)["version"]
        self._send(key, "POST", f"{path}/rename", {"name": name, "valid_from": day}, version)

    def public(self, kind: str, document: str) -> dict[str, Any] | None:
        answer = self.client.get(f"{API}/{LISTS[kind]}/{document}")
        return None if answer.status_code == 404 else _answered(answer)

    def listed(self, kind: str) -> list[str]:
        return [item["id"] for item in self._send(None, "GET", f"{LISTS[kind]}?place={self.ward}")["items"]]

    def find(self, words: str) -> list[str]:
        asked = httpx.QueryParams({"q": words, "agency": self.agency})
        return [item["id"] for item in self._send(None, "GET", f"search?{asked}")["items"]]

    def home(self) -> dict[str, list[str]]:
        lists = {"bulletins": "", "policies": "", "drafts": "&consultation=open&sort=closes_asc"}
        found = {}
        for name, more in lists.items():
            items = self._send(None, "GET", f"{name}?place={self.ward}&limit=5{more}")["items"]
            found[name] = [item["id"] for item in items]
            if name == "drafts":
                assert {item["now"]["consultation"]["state"] for item in items} == {"open"}
        return found


@dataclass
class GraphqlOffice(Office):
    """An office that uses GraphQL."""

    def _ask(self, key: str | None, query: str, **variables: Any) -> Any:
        answer = self.client.post("/graphql", json={"query": query, "variables": variables}, headers=bearer(key))
        found = answer.json()
        if "errors" in found:
            raise Refused(found["errors"][0].get("extensions") or found["errors"][0])
        return found["data"]

    def _change(self, key: str | None, types: str, call: str, result: str, **variables: Any) -> Any:
        """Run one mutation; raise its refusal."""
        query = f"mutation M({types}) {{ it: {call} {{ {result} ... on Refusal {{ code field detail expected }} }} }}"
        found = self._ask(key, query, **variables)["it"]
        if "code" in found:
            raise Refused(found)
        return found

    def add_person(self, key: str | None, name: str) -> str:
        types, call = "$agency: String!, $name: String!", "createPerson(agency: $agency, name: $name)"
        return str(self._change(key, types, call, "... on Person { id }", agency=self.agency, name=name)["id"])

    def add_key(self, key: str, person: str, *scopes: str) -> dict[str, Any]:
        types, call = "$person: ID!, $scopes: [String!]!", "createKey(personId: $person, scopes: $scopes)"
        result = "... on KeyWithSecret { id key }"
        found: dict[str, Any] = self._change(key, types, call, result, person=person, scopes=scopes)
        return found

    def create(self, key: str, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        types = "$agency: String!, $content: ContentInput!"
        call = "createDocument(agency: $agency, content: $content)"
        content = graphql_content(kind, content)
        found: dict[str, Any] = self._change(key, types, call, DOCUMENT, agency=self.agency, content=content)
        return found

    def save(self, key: str, document: str, content: dict[str, Any]) -> dict[str, Any]:
        types = "$id: ID!, $version: Int!, $content: ContentInput!"
        call = "saveEdition(id: $id, version: $version, content: $content)"
        given = {"id": document, "version": self.version(key, document)}
        content = graphql_content("bulletin", content)
        found: dict[str, Any] = self._change(key, types, call, DOCUMENT, **given, content=content)
        return found

    def step(self, key: str, document: str, verb: str, **members: Any) -> dict[str, Any]:
        types, given = "$id: ID!, $version: Int!", "id: $id, version: $version"
        for name in members:
            types, given = f"{types}, ${name}: {STEP_MEMBERS[name]}", f"{given}, {name}: ${name}"
        if "content" in members:
            members["content"] = graphql_content("bulletin", members["content"])
        members |= {"id": document, "version": self.version(key, document)}
        found: dict[str, Any] = self._change(key, types, f"{verb}Edition({given})", DOCUMENT, **members)
        return found

    def version(self, key: str, document: str) -> int:
        query = "query Q($id: ID!) { manage { document(id: $id) { version } } }"
        return int(self._ask(key, query, id=document)["manage"]["document"]["version"])

    def waiting(self, key: str, words: str | None = None) -> set[str]:
        query = (
            "query Q($agency: String!, $words: String) { manage { "
            "documents(waitingFor: me, agency: $agency, query: $words) { edges { node { id } } } } }"
        )
        found = self._ask(key, query, agency=self.agency, words=words)["manage"]["documents"]
        return set(_ids(found))

    def batch(self, key: str, verb: str, *documents: str) -> list[str]:
        items = [{"id": each, "verb": verb, "version": self.version(key, each)} for each in documents]
        result = "... on BatchOutcome { results { state problem { code } } }"
        found = self._change(key, "$items: [BatchItemInput!]!", "batchDocuments(items: $items)", result, items=items)
        return [each["problem"]["code"] if each["problem"] else each["state"] for each in found["results"]]

    def rename_ward(self, key: str, name: str, day: str) -> None:
        query = "query Q($code: String!) { manage { registryEntry(list: places, code: $code) { version } } }"
        version = self._ask(key, query, code=self.ward)["manage"]["registryEntry"]["version"]
        types = "$code: String!, $to: RenameInput!, $version: Int"
        call = "renameRegistryEntry(list: places, code: $code, to: $to, version: $version)"
        to = {"name": name, "validFrom": day}
        self._change(key, types, call, "... on RegistryEntry { version }", code=self.ward, to=to, version=version)

    def public(self, kind: str, document: str) -> dict[str, Any] | None:
        more = "lead body" if kind == "bulletin" else ""
        shown = f"id title edition places {{ code name }} attachments {{ name url }} {more}"
        query = f"query Q($id: ID!) {{ item(id: $id) {{ ... on {kind.capitalize()} {{ {shown} }} }} }}"
        found: dict[str, Any] | None = self._ask(None, query, id=document)["item"]
        return found

    def listed(self, kind: str) -> list[str]:
        query = f"query Q($place: String!) {{ {LISTS[kind]}(place: $place) {{ edges {{ node {{ id }} }} }} }}"
        return _ids(self._ask(None, query, place=self.ward)[LISTS[kind]])

    def find(self, words: str) -> list[str]:
        query = "query Q($words: String!, $agency: String) { search(query: $words, agency: $agency) { %s } }"
        found = self._ask(None, query % "edges { node { id } }", words=words, agency=self.agency)
        return _ids(found["search"])

    def home(self) -> dict[str, list[str]]:
        query = """query Home($place: String!) {
          bulletins(place: $place, first: 5) { edges { node { id } } }
          policies(place: $place, first: 5) { edges { node { id } } }
          drafts(place: $place, first: 5, consultation: open, sort: closes_asc) {
            edges { node { id now { consultation { state } } } }
          }
        }"""
        found = self._ask(None, query, place=self.ward)
        states = {edge["node"]["now"]["consultation"]["state"] for edge in found["drafts"]["edges"]}
        assert states == {"open"}
        return {name: _ids(found[name]) for name in found}


LISTS = {"policy": "policies", "draft": "drafts", "bulletin": "bulletins", "statement": "statements"}
DOCUMENT = "... on ManagedDocument { id version working { state } live { number } warnings { field code } }"
STEP_MEMBERS = {"note": "String!", "at": "DateTime!", "content": "ContentInput"}
"""Types of the members of steps."""


def _answered(answer: httpx.Response) -> Any:
    found = answer.json()
    if answer.is_error:
        raise Refused(found)
    return found


def _ids(connection: dict[str, Any]) -> list[str]:
    return [edge["node"]["id"] for edge in connection["edges"]]
