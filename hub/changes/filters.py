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
from hub.registry.hierarchy import Registry, registry
from hub.web.parameters import NoParams

MOST = 20
"""Values one filter may have."""


class FollowFilters(NoParams):
    """Any of the values of one filter, and all filters that are given. None given: everything."""

    kind: list[KindName] = Field([], max_length=MOST, description="Only these kinds.", examples=[["policy"]])
    agency: list[Code] = Field(
        [],
        max_length=MOST,
        description="Only items owned by these agencies, those below them, their predecessors and successors "
        "(cơ quan đăng).",
        examples=[["ubnd-hue"]],
    )
    topic: list[Code] = Field(
        [], max_length=MOST, description="Only these topics and those below them (chủ đề).", examples=[["moi-truong"]]
    )
    place: list[Code] = Field(
        [],
        max_length=MOST,
        description="Only items about these administrative units, those below them, and what they were and became "
        "(địa bàn).",
        examples=[["46"]],
    )
    lang: list[Code] = Field(
        [], max_length=MOST, description="Only editions in these languages (ngôn ngữ).", examples=[["vi"]]
    )


@dataclass(frozen=True, slots=True)
class Facts:
    """What filters look at in a view, beside its kind and language, which never change."""

    agency: str
    topics: frozenset[str]
    places: frozenset[str]


@dataclass(frozen=True, slots=True)
class Filter:
    """Filters as sets; None: not asked."""

    kinds: frozenset[str] | None = None
    langs: frozenset[str] | None = None
    agencies: frozenset[str] | None = None
    topics: frozenset[str] | None = None
    places: frozenset[str] | None = None

    def wants(self, kind: str, lang: str) -> bool:
        """Whether anything of this kind and language can match."""
        return (self.kinds is None or kind in self.kinds) and (self.langs is None or lang in self.langs)

    def holds(self, facts: Facts | None) -> bool:
        """Whether a view with these facts matches; what was never public does not."""
        return facts is not None and (
            (self.agencies is None or facts.agency in self.agencies)
            and (self.topics is None or not self.topics.isdisjoint(facts.topics))
            and (self.places is None or not self.places.isdisjoint(facts.places))
        )


EVERYTHING = Filter()


def resolved(filters: FollowFilters, known: Registry) -> Filter:
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
    return Filter(
        kinds=frozenset(kind.value for kind in filters.kind) or None,
        langs=frozenset(filters.lang) or None,
        agencies=_together(map(known.agency_family, filters.agency)),
        topics=_together(map(known.topic_family, filters.topic)),
        places=_together(map(known.place_family, filters.place)),
    )


async def resolve(database: Database, filters: FollowFilters) -> Filter:
    """`resolved` with the registry of this process, which is at most some seconds old; no statement without codes."""
    if not (filters.agency or filters.topic or filters.place):
        return Filter(
            kinds=frozenset(kind.value for kind in filters.kind) or None, langs=frozenset(filters.lang) or None
        )
    return resolved(filters, await registry(database))


def _together(families: Iterable[frozenset[str]]) -> frozenset[str] | None:
    return frozenset().union(*families) or None
