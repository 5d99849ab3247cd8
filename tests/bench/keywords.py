"""What a keyword search costs beside the same query put to Meilisearch directly, each asked in turn."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from uuid import UUID

from hub.searching.port import SearchQuery
from hub.text import fold
from search.marker import index_name
from search.meili import MeiliSearch
from search.meili_queries import words_query
from tests.bench.corpora import Corpus

QUERIES = 60
ROUNDS = 3


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

    The same query has the same words, page, filter, order, facets and highlights of the short members; the bare one
    has the words, page and filter and gives ids.
    """
    took: list[tuple[float, float, float]] = []
    index = index_name(engine.prefix, epoch)
    for words in [*queries] * ROUNDS:
        query = SearchQuery(words)
        same = words_query(index, query, query.text, offset=0)
        bare = {name: same[name] for name in ("indexUid", "q", "filter", "limit")} | {"attributesToRetrieve": ["id"]}
        times = [time.perf_counter()]
        await engine.search(query)
        times.append(time.perf_counter())
        for raw in (same, bare):
            await engine.client.multi_search([raw])
            times.append(time.perf_counter())
        one, two, three = [(end - start) * 1_000 for start, end in pairwise(times)]
        took.append((one, two, three))
    return Speed(*(median(column) for column in zip(*took, strict=True)))
