"""Port to the ranking of sections, which the search of the hub implements (`search.guide_sections`)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class SectionText:
    """The words of a section that are searched."""

    title: str
    """Title of its guide."""
    heading: str
    text: str


@dataclass(frozen=True)
class SectionHit:
    """A section that was found: its place among those that were searched, and safe HTML with `<mark>` around words."""

    place: int
    snippet: str


RankSections = Callable[[str, Sequence[SectionText]], Sequence[SectionHit]]
"""Ranks the sections that answer words or a question, the best first; words without diacritics find those with."""
