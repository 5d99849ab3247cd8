"""What a keyword search costs beside the same query put to Meilisearch directly, each asked in turn."""

import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from uuid import UUID

from hub.search.port import SearchQuery
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


@dataclass(frozen=True)
class Speed:
    """Milliseconds (medians) of keyword searches: by the hub's engine, and by Meilisearch alone."""

    hub: float
    same: float
    bare: float

    def __str__(self) -> str:
        ratio = f"{self.hub / self.same:.2f} × the same query ({self.same:.1f} ms)"
        return f"{self.hub:.1f} ms, {ratio}, {self.hub / self.bare:.2f} × the bare one ({self.bare:.1f} ms)"


def typed(corpus: Corpus, *, marked: bool) -> list[str]:
    """The ends of titles as somebody would type them."""
    contexts = list(dict.fromkeys(article.context for article in corpus.articles))
    ends = [" ".join(context.split()[-4:]) for context in contexts[:: max(1, len(contexts) // QUERIES)]]
    return ends if marked else [fold(end) for end in ends]


async def keywords(queries: Sequence[str], engine: MeiliSearch, epoch: UUID) -> Speed:
    """Each of these asked in turn of the hub's engine and of its index directly.

    The same query has the same words, page, filter, order and facets, and highlights of title and summary, which are
    what an answer shows that the engine can give; the bare one has the words, page and filter and gives ids.
    """
    took: dict[str, list[float]] = {}
    index = index_name(engine.prefix, epoch)
    for number, words in enumerate([*queries] * ROUNDS):
        query = SearchQuery(words)
        same = keyword_query(index, query, query.text, offset=0) | MARKING
        bare = {name: same[name] for name in ("indexUid", "q", "filter", "limit")} | {"attributesToRetrieve": ["id"]}
        asks: dict[str, Callable[[], Awaitable[object]]] = {
            "hub": partial(engine.search, query),
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
