"""The public types: the four kinds with their interface `Item`, the registry, the log, and their connections."""

from typing import Any

import strawberry

from hub.changes.views import ChangesView, ChangeView, ConsultationChangeView, CurrentView, RegistryChangeView
from hub.content.item_views import ELI_DESCRIPTION, URL_DESCRIPTION
from hub.domain.kinds import KINDS, Kind
from hub.domain.now import NOW_DESCRIPTION, NowView
from hub.domain.pictures import ImageView
from hub.domain.types import Card
from hub.registry.views import AgencyView, PlaceView, SpokespersonView, TopicView
from hub.search.similar import RelatedBy
from hub.search.views import SuggestionView
from schema.connections import connection_type, edge_type
from schema.derive import KIND, class_description, object_type, set_view_type, view_fields, view_type
from schema.enums import graphql_enum
from schema.naming import camel_case
from schema.pictures import Image
from schema.scalars import Long, PositionText

set_view_type(ImageView, Image)

SEARCH_ENGINE = "`meilisearch`, or `postgres` while Meilisearch cannot answer."

Node: Any = object_type(
    "Node",
    "An object that `node` refetches by its ID, as Relay requires: an item of any kind.",
    {"id": (strawberry.ID, Card.model_fields["id"].description)},
    interface=True,
)
Item: Any = object_type(
    "Item",
    "Fields shared by items of all four kinds (nội dung).",
    {
        **view_fields(Card, without=frozenset({"id"})),
        "now": (view_type(NowView) | None, NOW_DESCRIPTION),
        "url": (str | None, URL_DESCRIPTION),
        "eli": (str | None, ELI_DESCRIPTION),
    },
    bases=(Node,),
    interface=True,
)

_CARD = frozenset(Card.model_fields)

TYPE_NAMES: dict[str, str] = {kind.name: kind.name.capitalize() for kind in KINDS.values()}
"""GraphQL type names by kind."""


def _kind_type(kind: Kind) -> Any:
    fields = view_fields(kind.full, without=_CARD)
    return object_type(
        TYPE_NAMES[kind.name], class_description(kind.card).replace(" as lists show it", ""), fields, bases=(Item,)
    )


def full_only_fields(kind: Kind) -> frozenset[str]:
    """Return the GraphQL names of the fields that only a whole item has."""
    return frozenset(camel_case(name) for name in kind.full.model_fields.keys() - kind.card.model_fields.keys())


KIND_TYPES: dict[str, Any] = {kind.name: _kind_type(kind) for kind in KINDS.values()}
FULL_ONLY: dict[str, frozenset[str]] = {kind.name: full_only_fields(kind) for kind in KINDS.values()}
ANY_FULL_ONLY: frozenset[str] = frozenset().union(*FULL_ONLY.values())

KIND_CONNECTIONS: dict[str, Any] = {
    name: connection_type(node, f"{KINDS[name].plural} ({KINDS[name].vietnamese})") for name, node in KIND_TYPES.items()
}

Agencies: Any = connection_type(view_type(AgencyView), "agencies (cơ quan)")
Topics: Any = connection_type(view_type(TopicView), "topics (chủ đề)")
Spokespersons: Any = connection_type(view_type(SpokespersonView), "spokespersons (người phát ngôn)")
Places: Any = connection_type(view_type(PlaceView), "places (đơn vị hành chính)")

Current: Any = object_type(
    "Current",
    class_description(CurrentView),
    {
        "seq": (Long, CurrentView.model_fields["seq"].description),
        "item": (Item, "The whole item."),
    },
)

Change: Any = object_type(
    "Change",
    class_description(ChangeView),
    {
        **view_fields(ChangeView, without=frozenset({"kind", "position", "view", "data"})),
        "data": (view_type(RegistryChangeView) | None, "The change of the registry, which the hash covers."),
        "consultation": (
            view_type(ConsultationChangeView) | None,
            "The change of a consultation, which the hash covers: `data` in REST.",
        ),
        "kind": (KIND | None, ChangeView.model_fields["kind"].description),
        "position": (PositionText, ChangeView.model_fields["position"].description),
        "view": (
            Current | None,
            "The current public version; null if a copy must not keep the item: gone, redirected, or outside the "
            "filters.",
        ),
    },
)

Changes: Any = object_type(
    "Changes",
    class_description(ChangesView),
    {
        "items": (list[Change], ChangesView.model_fields["items"].description),
        "next": (PositionText, ChangesView.model_fields["next"].description),
        **view_fields(ChangesView, without=frozenset({"items", "next"})),
    },
)

Facet: Any = object_type(
    "Facet",
    "Estimated number of results that share a value (bộ lọc).",
    {
        "field": (str, "Counted property: the name of the filter in REST, such as `type` or `high_impact`."),
        "value": (str, "The value, a code if the registry has one; pass it to the filter of the same name."),
        "label": (str, "The value as people write it, in the requested language if it has a name there (tên)."),
        "count": (int, "Estimated number of results."),
    },
)

Suggestion: Any = view_type(SuggestionView)

RelatedResult: Any = object_type(
    "RelatedSearchEdge",
    "An item related to another (nội dung liên quan).",
    {
        "node": (Item, "The item."),
        "by": (list[graphql_enum(RelatedBy)], "Reasons for the relation."),  # type: ignore[misc]
    },
)

SearchEdge: Any = edge_type(
    "Search",
    Item,
    {
        "highlight": (
            str | None,
            "Matching text as safe HTML with only `<mark>` tags; null if none can be shown.",
        ),
        "article": (
            str | None,
            "`ref` of the matching part, as in `nodes`; null if the item as a whole matched (điều khoản).",
        ),
        "article_label": (str | None, "Printed number of that part, such as `Điều 5`."),
    },
)

SearchConnection: Any = connection_type(
    Item,
    "search results, best match first (kết quả tìm kiếm)",
    name="Search",
    edge=SearchEdge,
    extra={
        "facets": (list[Facet], "Estimated counts of the values of each filter."),
        "engine": (str, SEARCH_ENGINE),
        "estimated_total": (int, "Estimated number of all results."),
        "took_ms": (int, "Time taken, in milliseconds."),
        "did_you_mean": (
            str | None,
            "Suggested spelling that live documents match, if a word of the query is in none; usually null (ý bạn là).",
        ),
    },
)
