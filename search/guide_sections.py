"""Ranking of the sections of guides, by the function that ranks the passages of documents. Pure.

They are so few that all of them are candidates, and their own words are the statistics: no index is kept.
"""

import html
from collections.abc import Sequence

from hub.guides.port import SectionHit, SectionText
from hub.text import strip_diacritics
from search.ranking.bm25 import PassageFields, Question, score_candidates
from search.ranking.vocabulary import Vocabulary
from search.text.highlight import HIGHLIGHT_CHARACTERS, highlight, highlight_query

MAX_SECTIONS = 12
"""Sections that are shown."""


def rank_sections(words: str, sections: Sequence[SectionText]) -> list[SectionHit]:
    """Rank sections for words or a question, the best first.

    Words are compared with their diacritics if they have any. If that finds nothing, they are compared without.
    """
    return _rank(words, sections) or _rank(strip_diacritics(words), sections)


def _rank(words: str, sections: Sequence[SectionText]) -> list[SectionHit]:
    candidates = [PassageFields(one.title, one.heading, one.text) for one in sections]
    scores = score_candidates(Question(words), candidates, Vocabulary({}))
    best = sorted((place for place, score in enumerate(scores) if score > 0), key=lambda place: -scores[place])
    return [SectionHit(place, _snippet(words, sections[place])) for place in best[:MAX_SECTIONS]]


def _snippet(words: str, section: SectionText) -> str:
    text = section.text[:HIGHLIGHT_CHARACTERS]
    return highlight([text], highlight_query(words)) or html.escape(f"{text[:160].rsplit(' ', 1)[0]} …")
