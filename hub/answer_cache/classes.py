"""Classes of routes: those whose answers may be kept, with what the answers depend on, and those that go past.

A route that is in neither is never kept; a test walks all routes and fails for a public GET that nobody has classified.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from re import Match, Pattern
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from starlette.routing import compile_path

from hub.answer_cache.dependence import EVERYTHING, SEARCHED, WITH_CITATIONS, Dependence
from hub.domain.kinds import BY_PLURAL, KINDS
from hub.domain.kinds.policy import POLICY
from hub.feeds.params import CalendarParams, FeedParams
from hub.web.graphql_refusals import GRAPHQL_PATH
from hub.web.parameters import SharedLangParams

FILTERS = frozenset({"agency", "topic", "place"})
"""Filters by a code of the registry: a new document without it leaves the answer as it is."""
MAX_QUERY = 1_000
"""Longest query string whose answer is kept, in bytes."""
_FORCE = frozenset({"policy", "draft"})
"""Kinds whose documents may end or change the legal force of a policy, which its card and text show as of today."""

DependenceOf = Callable[[Match[str]], Dependence]


@dataclass(frozen=True, slots=True)
class KeptRoute:
    """A route whose answers are kept."""

    path: str
    """Pattern of the route, as the router has it."""
    pattern: Pattern[str]
    depends: DependenceOf
    known: frozenset[str] | None = None
    """Parameters that it reads, if it ignores others; None if it refuses others."""
    has_media: bool = False
    """True if `Accept` decides its form."""
    has_filters: bool = False
    """True if it lists documents, and only those that match its parameters `FILTERS`."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address whose answers are kept: equal for all orders of its parameters."""

    route: KeptRoute
    dependence: Dependence
    path: str
    query: str
    filters: Mapping[str, str]
    """Code of each filter by which the documents in it were chosen, of those in `FILTERS`."""


def _kinds_of(kind: str) -> frozenset[str]:
    return _FORCE if kind == POLICY.name else frozenset({kind})


def _on_kind(kind: str) -> DependenceOf:
    return lambda _: Dependence(kinds=_kinds_of(kind), listed=kind)


def _on_document(kind: str) -> DependenceOf:
    kinds = _FORCE if kind == POLICY.name else frozenset[str]()
    return lambda found: Dependence(kinds=kinds, document_id=UUID(found["id"]))


def _on_editions(found: Match[str]) -> Dependence:
    return Dependence(kinds=frozenset(), document_id=UUID(found["id"]))


def _on_feed(found: Match[str]) -> Dependence:
    kind = BY_PLURAL.get(found["name"])
    return EVERYTHING if kind is None else Dependence(kinds=_kinds_of(kind.name), listed=kind.name)


def _on_everything(_: Match[str]) -> Dependence:
    return EVERYTHING


def _on_search(_: Match[str]) -> Dependence:
    return SEARCHED


def _on_citations(_: Match[str]) -> Dependence:
    return WITH_CITATIONS


def _route(
    path: str,
    depends: DependenceOf,
    known: frozenset[str] | None = None,
    *,
    media: bool = False,
    filters: bool = False,
) -> KeptRoute:
    return KeptRoute(path, compile_path(path)[0], depends, known, media, filters)


def _content_routes() -> list[KeptRoute]:
    found = []
    for kind in KINDS.values():
        path = f"/api/v1/{kind.plural}"
        found += [
            _route(path, _on_kind(kind.name), filters=True),
            _route(f"{path}/{{id}}", _on_document(kind.name)),
            _route(f"{path}/{{id}}/history", _on_editions),
            _route(f"{path}/{{id}}/diff", _on_editions),
            _route(f"{path}/{{id}}/relations", _on_everything),
            _route(f"{path}/{{id}}/cites", _on_citations),
            _route(f"{path}/{{id}}/cited-by", _on_citations),
        ]
    return [*found, _route(f"/api/v1/{POLICY.plural}/{{id}}/legal-force", _on_everything)]


_FEED, _CALENDAR, _PAGE = (frozenset(model.model_fields) for model in (FeedParams, CalendarParams, SharedLangParams))

KEPT: tuple[KeptRoute, ...] = (
    *_content_routes(),
    *(_route(f"/api/v1/{name}", _on_everything) for name in ("agencies", "topics", "spokespersons", "places")),
    _route("/api/v1/consultations", _on_everything),
    _route("/api/v1/search", _on_search),
    _route("/api/v1/search/suggest", _on_everything),
    _route("/api/v1/search/related/{id}", _on_everything),
    _route("/feeds/consultations.ics", _on_everything, _CALENDAR),
    _route("/feeds/{name}.{form}", _on_feed, _FEED, media=True, filters=True),
    _route("/sitemap.xml", _on_everything, frozenset()),
    _route("/sitemaps/{name}-{number}.xml", _on_everything, frozenset()),
    _route("/d/{id}.jsonld", _on_everything, _PAGE),
    _route(GRAPHQL_PATH, _on_everything, media=True),
)
"""In the order in which they match."""

_COMMENTS = "comments change without an entry of the log, and each of them would empty the cache"
_TYPED = "people paste texts of their own, hardly ever the same"
_ONE = "for one person, or a secret link"
_TIME = "the moment at which time alone changes it is not known"
_LOG = "follows the log, and waits for it"
_CONSTANT = "the same for the life of a process, which keeps it by itself"
_STORED = "sent from a file"
_STATE = "the state of this process"
_PAGES = "a page with comments, answers or news of the day in it"

PAST: Mapping[str, str] = {
    "/api": _CONSTANT,
    "/api/v1": _CONSTANT,
    "/api/v1/cite": _TYPED,
    "/cite": _TYPED,
    "/api/v1/changes": _LOG,
    "/api/v1/events": _LOG,
    "/api/v1/log/head": "signed when it is asked for",
    "/api/v1/log/epochs": "rarely asked for",
    "/api/v1/snapshot": _STORED,
    "/api/v1/snapshot.ndjson.gz": _STORED,
    "/api/v1/dumps": _STORED,
    "/api/v1/dumps/{name}": _STORED,
    "/api/v1/clocks": _TIME,
    "/api/v1/consultations/wordings": _CONSTANT,
    "/api/v1/consultations/{id}": _COMMENTS,
    "/api/v1/consultations/{id}/comments/mine/files": _ONE,
    "/api/v1/consultations/{id}/comments/{comment:uuid}/files/{position}": _COMMENTS,
    "/api/v1/consultations/{id}/comments/mine": _ONE,
    "/api/v1/consultations/{id}/comments/mine/copy": _ONE,
    "/api/v1/consultations/{id}/comments/mine/proof": _ONE,
    "/api/v1/consultations/{id}/challenge": _ONE,
    "/api/v1/consultations/{id}/comments": _COMMENTS,
    "/api/v1/consultations/{id}/comments/{comment}": _COMMENTS,
    "/api/v1/consultations/{id}/answers": _COMMENTS,
    "/api/v1/consultations/{id}/bodies": _COMMENTS,
    "/api/v1/consultations/{id}/table.{format}": _COMMENTS,
    "/embed/consultation/{id}": _COMMENTS,
    "/api/v1/consultations/{id}/groups": _COMMENTS,
    "/api/v1/consultations/{id}/moderation": _COMMENTS,
    "/api/v1/openness": _COMMENTS,
    "/api/v1/openness.csv": _COMMENTS,
    "/api/v1/openness.svg": _COMMENTS,
    "/api/v1/openness/items": _COMMENTS,
    "/preview/{token}": _ONE,
    "/preview/{token}/card.json": _ONE,
    "/preview/{token}/entry.atom": _ONE,
    "/preview/{token}/files/{id}/{name}": _ONE,
    "/api/v1/channels/push/schema": _CONSTANT,
    "/api/v1/channels/push/examples": _CONSTANT,
    "/api/v1/subscriptions/challenge": _ONE,
    "/subscribe": _CONSTANT,
    "/s/{token}": _ONE,
    "/s/{token}/confirm": _ONE,
    "/s/{token}/end": _ONE,
    "/files/{id}/{name}": _STORED,
    "/feeds/cap.atom": _TIME,
    "/feeds/cap/{document}/{id}.xml": _TIME,
    "/robots.txt": _CONSTANT,
    "/favicon.ico": _CONSTANT,
    "/.well-known/security.txt": _CONSTANT,
    "/.well-known/apple-app-site-association": _CONSTANT,
    "/.well-known/assetlinks.json": _CONSTANT,
    "/sitemaps/news.xml": _TIME,
    "/sitemaps/guides.xml": _CONSTANT,
    "/d/{id}": _PAGES,
    "/id/{kind}/{name}": "a redirect",
    "/eli/vn/hue/{type}/{year}/{serial}/{symbol}": "a redirect",
    "/eli/vn/hue/{type}/{year}/{serial}/{symbol}/{part:path}": "a redirect",
    "/oembed": "asked once by whoever embeds a document",
    "/health/live": _STATE,
    "/health/ready": _STATE,
    "/metrics": _STATE,
    "/embed.js": _CONSTANT,
    "/embed/{version}.js": _CONSTANT,
    "/embed": _CONSTANT,
    "/embed/feed": _PAGES,
    "/": _PAGES,
    "/graphql/schema.graphql": _CONSTANT,
    "/docs": _CONSTANT,
    "/static/{name:path}": _CONSTANT,
    "/openapi.json": _CONSTANT,
    "/deprecations": _CONSTANT,
    "/problems": _CONSTANT,
    "/guide": _CONSTANT,
    "/guide/changelog": _CONSTANT,
    "/guide/changelog.atom": _CONSTANT,
    "/guide/{name}.md": _CONSTANT,
    "/guide/{name}": _CONSTANT,
    "/llms.txt": _CONSTANT,
}
"""Public routes whose answers are never kept, with the reason."""

PAST_BEGINNINGS = ("/api/v1/manage", "/api/v1/ingest", "/websub")
"""Beginnings of routes for editors and machines: their answers are never kept."""

_PAST_ADDRESSES = frozenset(path for path in PAST if "{" not in path)


@lru_cache(maxsize=2_048)
def find_address(path: str, query: bytes) -> Address | None:
    """Return the address of a path and a query string; None if its answers are not kept."""
    if path in _PAST_ADDRESSES or len(path) + len(query) > MAX_QUERY:
        return None
    for route in KEPT:
        found = route.pattern.match(path)
        if found is not None:
            break
    else:
        return None
    try:
        dependence = route.depends(found)
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError:
        return None  # an id that is no UUID, or a query in another form: the route answers itself
    known = sorted((pair for pair in pairs if route.known is None or pair[0] in route.known), key=lambda pair: pair[0])
    names = [name for name, _ in known]
    filters = {name: value for name, value in known if name in FILTERS and names.count(name) == 1}
    return Address(route, dependence, path, urlencode(known), filters if route.has_filters else {})
