"""What a keyword search without facets costs beside Meilisearch asked directly, each in turn, one at a time."""

import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from uuid import UUID

from hub.search.port import SearchQuery
from hub.search.queries import search
from hub.text import fold
from search.meilisearch.engine import MeiliSearch
from search.meilisearch.index_state import index_name
from search.meilisearch.queries import keyword_query
from search.text.highlight import HIGHLIGHT_WORDS
from tests.bench.corpora import Corpus

QUERIES = 60
ROUNDS = 3

MARKING = {
    "attributesToHighlight": ["title", "summary"],
    "attributesToCrop": ["summary"],
    "cropLength": HIGHLIGHT_WORDS,
    "highlightPreTag": "<mark>",
    "highlightPostTag": "</mark>",
}


AIM = 1.5
"""Times that a search may take beside a Meilisearch as it comes, over the same passages, with highlights."""


@dataclass(frozen=True)
class Speed:
    """Milliseconds (medians) of keyword searches: by the hub, by its engine alone, and by Meilisearch alone."""

    hub: float
    engine: float
    default: float
    same: float
    bare: float

    def __str__(self) -> str:
        """Tell the ratios; the first has an aim."""
        ratio = self.hub / self.default
        return (
            f"{self.hub:.1f} ms with the items, {ratio:.2f} × Meilisearch as it comes ({self.default:.1f} ms;"
            f" aim {AIM}{', missed' if ratio > AIM else ''}); the engine alone {self.engine:.1f} ms,"
            f" {self.engine / self.same:.2f} × the same query ({self.same:.1f} ms),"
            f" {self.engine / self.bare:.2f} × the words for ids ({self.bare:.1f} ms)"
        )


def typed(corpus: Corpus, *, marked: bool) -> list[str]:
    """The ends of titles as somebody would type them."""
    contexts = list(dict.fromkeys(article.context for article in corpus.articles))
    ends = [" ".join(context.split()[-4:]) for context in contexts[:: max(1, len(contexts) // QUERIES)]]
    return ends if marked else [fold(end) for end in ends]


async def keywords(queries: Sequence[str], engine: MeiliSearch, epoch: UUID, plain: str) -> Speed:
    """Each of these asked in turn of the hub, of its engine, of its index directly, and of an index `plain`.

    `plain` has default settings and holds each passage with its title; 20 of them are asked for, with highlights.

    The same query has the same words, page, filter, order and facets, and highlights of title and summary, which are
    what an answer shows that the engine can give; the bare one has the words, page and filter and gives ids.
    """
    took: dict[str, list[float]] = {}
    index = index_name(engine.prefix, epoch)
    for number, words in enumerate([*queries] * ROUNDS):
        query = SearchQuery(words)
        same = keyword_query(index, query, query.text, offset=0) | MARKING
        bare = {name: same[name] for name in ("indexUid", "q", "filter", "limit")} | {"attributesToRetrieve": ["id"]}
        default = {"indexUid": plain, "q": words, "limit": query.limit, **MARKING}
        default |= {"attributesToHighlight": ["title", "text"], "attributesToCrop": ["text"]}
        asks: dict[str, Callable[[], Awaitable[object]]] = {
            "hub": partial(search, engine, engine.database, query),
            "engine": partial(engine.search, query),
            "default": partial(engine.client.multi_search, [default]),
            "same": partial(engine.client.multi_search, [same]),
            "bare": partial(engine.client.multi_search, [bare]),
        }
        # Whoever asks first finds nothing of these words in the processor's memory: they take turns.
        names = deque(asks)
        names.rotate(number)
        for name in names:
            began = time.perf_counter()
            await asks[name]()
            took.setdefault(name, []).append((time.perf_counter() - began) * 1_000)
    return Speed(**{name: median(column) for name, column in took.items()})
