"""Entry documents of the API (trang đầu của API): what is here, and where contract, feeds and changes are."""

from collections.abc import Iterable, Sequence

from pydantic import BaseModel, Field

from hub.i18n.catalogues import translate
from hub.web.feed_links import ALL, link_headers

API_PATH, V1_PATH = "/api", "/api/v1"

JSON, HTML, SDL, ATOM, CALENDAR, EVENTS = (
    "application/json",
    "text/html",
    "text/plain",
    "application/atom+xml",
    "text/calendar",
    "text/event-stream",
)

RESOURCES = (
    ("policies", f"{V1_PATH}/policies", JSON),
    ("drafts", f"{V1_PATH}/drafts", JSON),
    ("bulletins", f"{V1_PATH}/bulletins", JSON),
    ("statements", f"{V1_PATH}/statements", JSON),
    ("search", f"{V1_PATH}/search", JSON),
    ("consultations", f"{V1_PATH}/consultations", JSON),
    ("openness", f"{V1_PATH}/openness", JSON),
    ("agencies", f"{V1_PATH}/agencies", JSON),
    ("topics", f"{V1_PATH}/topics", JSON),
    ("places", f"{V1_PATH}/places", JSON),
    ("spokespersons", f"{V1_PATH}/spokespersons", JSON),
    ("clocks", f"{V1_PATH}/clocks", JSON),
    ("changes", f"{V1_PATH}/changes", JSON),
    ("events", f"{V1_PATH}/events", EVENTS),
    ("snapshot", f"{V1_PATH}/snapshot", JSON),
    ("dumps", f"{V1_PATH}/dumps", JSON),
    ("log_head", f"{V1_PATH}/log/head", JSON),
)
"""Lists and followers of version 1 by name: path and media type."""

LINKS = (
    ("guide", "/guide", HTML),
    ("contract", "/openapi.json", JSON),
    ("reference", "/docs", HTML),
    ("graphql", "/graphql", JSON),
    ("graphql_schema", "/graphql/schema.graphql", SDL),
    ("errors", "/problems", HTML),
    ("deprecations", "/deprecations", HTML),
    ("feed", f"/feeds/{ALL}.atom", ATOM),
    ("calendar", "/feeds/consultations.ics", CALENDAR),
    ("widget", "/embed", HTML),
    ("health", "/health/ready", JSON),
)
"""Pages and documents of every version, by name: path and media type."""

_RELATIONS = (
    ("/openapi.json", "service-desc", JSON),
    ("/docs", "service-doc", HTML),
    ("/health/ready", "status", JSON),
)
"""Relations of RFC 8631."""


class EntryLink(BaseModel):
    """An address of the hub."""

    name: str = Field(description="Stable name for programs.", examples=["policies"])
    url: str = Field(description="Absolute URL.", examples=["https://chinhsach.hue.gov.vn/api/v1/policies"])
    title: str = Field(description="Title of the address, in the language of the answer.", examples=["Policies"])
    media_type: str = Field(description="Media type of the answer.", examples=[JSON])


class ApiEntry(BaseModel):
    """The versions of the API, and what belongs to all of them."""

    name: str = Field(description="Name of the hub.")
    summary: str = Field(description="Summary of the contents of the hub.")
    versions: list[EntryLink] = Field(description="Versions of the REST API, the newest first.")
    links: list[EntryLink] = Field(description="Contract, GraphQL, errors, feeds and pages.")


class VersionEntry(BaseModel):
    """The lists, followers and links of version 1 of the REST API."""

    name: str = Field(description="Name of the hub.")
    summary: str = Field(description="Summary of the contents of the hub.")
    version: str = Field(description="Version of the REST API.", examples=["v1"])
    resources: list[EntryLink] = Field(
        description="Lists, search, and what followers read. Parameters are in the contract."
    )
    links: list[EntryLink] = Field(description="Contract, GraphQL, errors, feeds and pages.")


def describe_api(lang: str, base: str) -> ApiEntry:
    """Describe the API in a language. `base` is the public base URL."""
    return ApiEntry(
        name=translate(lang, "hub.name"),
        summary=translate(lang, "entry.summary"),
        versions=[EntryLink(name="v1", url=base + V1_PATH, title=translate(lang, "entry.v1"), media_type=JSON)],
        links=_link(lang, base, "links", LINKS),
    )


def describe_version(lang: str, base: str) -> VersionEntry:
    """Describe version 1 in a language. `base` is the public base URL."""
    return VersionEntry(
        name=translate(lang, "hub.name"),
        summary=translate(lang, "entry.summary"),
        version="v1",
        resources=_link(lang, base, "resources", RESOURCES),
        links=_link(lang, base, "links", LINKS),
    )


def entry_link_headers(root: str) -> list[str]:
    """Values of the Link header of both documents: contract, reference, status and feeds."""
    services = [f'<{root}{path}>; rel="{relation}"; type="{form}"' for path, relation, form in _RELATIONS]
    return [*services, *link_headers(ALL, root=root)]


def _link(lang: str, base: str, group: str, listed: Iterable[Sequence[str]]) -> list[EntryLink]:
    return [
        EntryLink(name=name, url=base + path, title=translate(lang, f"entry.{group}.{name}"), media_type=form)
        for name, path, form in listed
    ]
