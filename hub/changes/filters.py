"""Filters of followers, shared by changes, server-sent events, GraphQL and webhooks.

`FollowFilters` is the input of a client; `ChangeFilter` is the same as sets of codes, built once for a request or a
batch. An agency includes its subordinates, predecessors and successors; a topic and a place include everything below
them, exactly as in a search.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import Field

from hub.db import Database
from hub.domain.kinds import KindName
from hub.domain.scalars import Code
from hub.log.subjects import LogSubject
from hub.registry.hierarchy import Registry, get_registry
from hub.web.language import require_languages
from hub.web.parameters import NoParams

MAX_VALUES = 20
"""Maximum number of values of a filter."""


DOCUMENTS = frozenset({LogSubject.document})
"""Subjects of a follower that asks for none."""


class FollowFilters(NoParams):
    """Filters of a follower: a document matches any value of each given filter. Without filters, all match."""

    subject: list[LogSubject] = Field(
        [],
        max_length=MAX_VALUES,
        description="Return entries about these subjects (đối tượng); by default only those of documents. The other "
        "filters apply to documents only.",
        examples=[["document", "registry"]],
    )

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
    """Facts of a view that filters check, besides its kind and language, which never change."""

    agency: str
    topics: frozenset[str]
    places: frozenset[str]


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Filters as sets of codes; None: no filter."""

    subjects: frozenset[LogSubject] = DOCUMENTS
    kinds: frozenset[str] | None = None
    langs: frozenset[str] | None = None
    agencies: frozenset[str] | None = None
    topics: frozenset[str] | None = None
    places: frozenset[str] | None = None

    def can_match(self, kind: str, lang: str) -> bool:
        """Return True if an item of this kind and language can match."""
        return (self.kinds is None or kind in self.kinds) and (self.langs is None or lang in self.langs)

    def matches(self, facts: FilterFacts | None) -> bool:
        """Return True if a view with these facts matches; None (no view) does not match."""
        return facts is not None and (
            (self.agencies is None or facts.agency in self.agencies)
            and (self.topics is None or not self.topics.isdisjoint(facts.topics))
            and (self.places is None or not self.places.isdisjoint(facts.places))
        )


MATCH_ALL = ChangeFilter()


def build_filter(filters: FollowFilters, registry: Registry) -> ChangeFilter:
    """Expand filters into sets of codes: pure. Raises `UnknownReference` for a code that is not in the registry.

    Languages are not checked: a stored filter may name one that the hub no longer serves.
    """
    registry.check_codes(agency=filters.agency, topic=filters.topic, place=filters.place)
    return ChangeFilter(
        subjects=frozenset(filters.subject) or DOCUMENTS,
        kinds=frozenset(kind.value for kind in filters.kind) or None,
        langs=frozenset(filters.lang) or None,
        agencies=_union(map(registry.agency_with_descendants, filters.agency)),
        topics=_union(map(registry.topic_with_descendants, filters.topic)),
        places=_union(map(registry.place_with_descendants, filters.place)),
    )


async def resolve_request_filter(database: Database, filters: FollowFilters, languages: Sequence[str]) -> ChangeFilter:
    """Expand the filters of a request, as `resolve_filter` does. Raises `InvalidInput` for a language not served."""
    require_languages(filters.lang, languages)
    return await resolve_filter(database, filters)


async def resolve_filter(database: Database, filters: FollowFilters) -> ChangeFilter:
    """Expand filters with the cached registry of this process, at most a few seconds old.

    Filters without codes need no statement. Raises `UnknownReference`.
    """
    if not (filters.agency or filters.topic or filters.place):
        return ChangeFilter(
            subjects=frozenset(filters.subject) or DOCUMENTS,
            kinds=frozenset(kind.value for kind in filters.kind) or None,
            langs=frozenset(filters.lang) or None,
        )
    return build_filter(filters, await get_registry(database))


def _union(groups: Iterable[frozenset[str]]) -> frozenset[str] | None:
    return frozenset().union(*groups) or None
