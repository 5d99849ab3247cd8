"""What a follower wants to hear of. Every tongue of the log (changes, SSE, GraphQL, feeds, webhooks) reads these.

`FollowFilters` is what a reader writes; `Filter` is the same as sets of codes, made once for a request or a batch. An
agency stands for those below it, those it came from and those that took over; a topic and a place for all below them,
exactly as in a search.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import Field

from hub.db import Database
from hub.domain.kinds import KindName
from hub.domain.types import Code
from hub.errors import UnknownReference
from hub.registry.hierarchy import Registry, get_registry
from hub.web.parameters import NoParams

MAX_VALUES = 20
"""Values one filter may have."""


class FollowFilters(NoParams):
    """Filters of a follower: an item matches any value of each given filter. Without filters, everything matches."""

    kind: list[KindName] = Field(
        [], max_length=MAX_VALUES, description="Return only these kinds.", examples=[["policy"]]
    )
    agency: list[Code] = Field(
        [],
        max_length=MAX_VALUES,
        description="Return only items owned by these agencies, their subordinates, predecessors and successors "
        "(cơ quan đăng).",
        examples=[["ubnd-hue"]],
    )
    topic: list[Code] = Field(
        [],
        max_length=MAX_VALUES,
        description="Return only items with these topics or their subtopics (chủ đề).",
        examples=[["moi-truong"]],
    )
    place: list[Code] = Field(
        [],
        max_length=MAX_VALUES,
        description="Return only items about these administrative units, the units inside them, their predecessors and "
        "successors (địa bàn).",
        examples=[["46"]],
    )
    lang: list[Code] = Field(
        [], max_length=MAX_VALUES, description="Return only editions in these languages (ngôn ngữ).", examples=[["vi"]]
    )


@dataclass(frozen=True, slots=True)
class FilterFacts:
    """What filters look at in a view, beside its kind and language, which never change."""

    agency: str
    topics: frozenset[str]
    places: frozenset[str]


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Filters as sets; None: not asked."""

    kinds: frozenset[str] | None = None
    langs: frozenset[str] | None = None
    agencies: frozenset[str] | None = None
    topics: frozenset[str] | None = None
    places: frozenset[str] | None = None

    def can_match(self, kind: str, lang: str) -> bool:
        """Whether anything of this kind and language can match."""
        return (self.kinds is None or kind in self.kinds) and (self.langs is None or lang in self.langs)

    def matches(self, facts: FilterFacts | None) -> bool:
        """Whether a view with these facts matches; what was never public does not."""
        return facts is not None and (
            (self.agencies is None or facts.agency in self.agencies)
            and (self.topics is None or not self.topics.isdisjoint(facts.topics))
            and (self.places is None or not self.places.isdisjoint(facts.places))
        )


MATCH_ALL = ChangeFilter()


def build_filter(filters: FollowFilters, known: Registry) -> ChangeFilter:
    """Filters as sets of codes: pure. Raises `UnknownReference` for a code that the registry does not hold."""
    units = {unit[0] for unit in known.places}
    for member, codes, held in (
        ("agency", filters.agency, known.agencies),
        ("topic", filters.topic, known.topics),
        ("place", filters.place, units),
    ):
        for code in codes:
            if code not in held:
                raise UnknownReference(
                    f"There is no {member} `{code}`.", field=member, expected="a code of the registry"
                )
    return ChangeFilter(
        kinds=frozenset(kind.value for kind in filters.kind) or None,
        langs=frozenset(filters.lang) or None,
        agencies=_union(map(known.agency_with_descendants, filters.agency)),
        topics=_union(map(known.topic_with_descendants, filters.topic)),
        places=_union(map(known.place_with_descendants, filters.place)),
    )


async def resolve_filter(database: Database, filters: FollowFilters) -> ChangeFilter:
    """`resolved` with the registry of this process, which is at most some seconds old; no statement without codes."""
    if not (filters.agency or filters.topic or filters.place):
        return ChangeFilter(
            kinds=frozenset(kind.value for kind in filters.kind) or None, langs=frozenset(filters.lang) or None
        )
    return build_filter(filters, await get_registry(database))


def _union(families: Iterable[frozenset[str]]) -> frozenset[str] | None:
    return frozenset().union(*families) or None
