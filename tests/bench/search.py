"""`make bench-search`: how good the search is, measured on the product itself with questions whose answers are known.

Documents go in through the hub's own import and publishing; both engines answer; the baselines are plain BM25 in this
process and Meilisearch as it comes. The texts are not part of the project: `--relevance` (or `HUB_BENCH_RELEVANCE`)
names the folder.
"""

import asyncio
import math
import os
import random
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import mean, median
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from hub import migrations
from hub.db import Database
from hub.embedded.meilisearch import EmbeddedMeilisearch, cache_dir, find_or_fetch_program
from hub.embedded.postgres import EmbeddedPostgres
from hub.heap import freeze_heap
from hub.rooms import register_rooms
from hub.search.port import SearchQuery
from hub.settings import Settings
from ingest.imports.report import SilentReporter
from ingest.imports.run import run_import
from ingest.imports.runs import ImportOptions
from search import build_follower, build_question_follower
from search.meilisearch.client import EngineClient
from search.meilisearch.engine import MeiliSearch
from search.postgres.engine import PostgresSearch
from search.question_index.answerer import QuestionAnswerer
from tests.bench.baselines import Key, Ranker, bm25, by_document
from tests.bench.candidates import CACHE, measure_recall
from tests.bench.corpora import Corpus, corpora
from tests.bench.keywords import keywords, typed
from tests.support.registry_seed import seed_registry

TOP = 10


@dataclass(frozen=True)
class Loaded:
    """A corpus inside a hub: its database, both engines, and the source ids of its documents."""

    database: Database
    client: EngineClient
    meilisearch: MeiliSearch
    postgres: PostgresSearch
    sources: dict[UUID, str]
    epoch: UUID


@asynccontextmanager
async def loaded(
    corpus: Corpus, folder: Path, url: str, meili: EmbeddedMeilisearch, console: Console
) -> AsyncIterator[Loaded]:
    """A database and an index of their own, filled as an import fills them."""
    name = corpus.name.replace(" ", "_")
    settings = Settings(
        database_url=f"{url.rsplit('/', 1)[0]}/{name}",
        data=folder,
        meilisearch_url=meili.url,
        meilisearch_key=meili.key,
        meilisearch_index=name,
    )
    admin = Database(Settings(database_url=url))
    async with admin.writer.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(
            text(f"CREATE DATABASE {name}")
        )
    await admin.dispose()
    await migrations.upgrade(settings.require_database_url())
    database = Database(settings)
    async with database.write() as session:
        await seed_registry(session)
    summary = await run_import(database, [corpus.file], ImportOptions(publish=True, data=folder), SilentReporter())
    began = time.monotonic()
    follower = build_follower(settings, database)
    assert follower is not None
    while await follower.step():
        pass
    followed, began = time.monotonic() - began, time.monotonic()
    questions = build_question_follower(settings, database)
    while await questions.step():
        pass
    await questions.projector.close()
    console.print(
        f"{corpus.name}: imported in {summary.seconds:.1f} s, indexed in {followed:.1f} s,"
        f" for questions in {time.monotonic() - began:.1f} s"
    )
    async with database.write() as session:
        await session.execute(text("ANALYZE"))
    async with database.read() as connection:
        rows = await connection.execute(text("SELECT document_id, source_id FROM provenance"))
        sources = {row[0]: row[1] for row in rows}
    client = EngineClient(meili.url, meili.key, timeout=60)
    epoch = follower.projector.epoch
    assert epoch is not None
    answerer = QuestionAnswerer(database, settings.question_index_folder)
    meilisearch = MeiliSearch(client, database, name, answerer)
    yield Loaded(database, client, meilisearch, PostgresSearch(database, answerer), sources, epoch)
    follower.projector.client.close()
    client.close()
    await database.dispose()


async def plain_meilisearch(corpus: Corpus, client: EngineClient, name: str) -> Ranker:
    """Meilisearch with nothing set, over the same articles."""
    await client.wait([await client.create_index(name)])
    tasks = []
    for start in range(0, len(corpus.articles), 1_000):
        lot = corpus.articles[start : start + 1_000]
        rows = [{"id": f"{start + n}", "title": a.context, "text": a.words} for n, a in enumerate(lot)]
        tasks.append(await client.replace(name, rows))
    await client.wait(tasks)

    async def rank(question: str, level: str) -> list[Key]:
        wanted = {"indexUid": name, "q": question, "limit": 50, "attributesToRetrieve": ["id"]}
        (answer,) = await client.multi_search([wanted])
        found = [corpus.articles[int(hit["id"])].key for hit in answer["hits"]]
        return by_document(found) if level == "document" else found

    return rank


def hub_engine(engine: MeiliSearch | PostgresSearch, sources: dict[UUID, str]) -> Ranker:
    """One of the hub's engines. At article level, each document's best article stands for it, then its next ones."""

    async def rank(question: str, level: str) -> list[Key]:
        if level == "article":
            found = [answer.best for answer in await engine.search_articles(SearchQuery(question))]
            return [(sources[one.document_id], (one.ref or "").removeprefix("dieu-")) for one in found]
        hits = (await engine.search(SearchQuery(question, limit=TOP))).hits
        return [(sources[hit.document_id], "") for hit in hits]

    return rank


@dataclass(frozen=True)
class Score:
    """One question's measures."""

    ndcg: float
    mrr: float
    first: float
    ten: float
    ms: float


async def measure(rank: Ranker, corpus: Corpus, level: str, most: int) -> list[Score]:
    """Every question once; the articles' numbers are compared as refs write them."""
    scores = []
    for asked in corpus.questions[:: math.ceil(len(corpus.questions) / most)]:
        right = {(d, "") for d, _ in asked.right} if level == "document" else {(d, a.lower()) for d, a in asked.right}
        began = time.perf_counter()
        found = [(d, a.lower()) for d, a in await rank(asked.question, level)]
        took = (time.perf_counter() - began) * 1_000
        hits = [1.0 if key in right else 0.0 for key in list(dict.fromkeys(found))[:TOP]]
        best = sum(1 / math.log2(place + 2) for place in range(min(TOP, len(right))))
        gained = sum(hit / math.log2(place + 2) for place, hit in enumerate(hits))
        place = hits.index(1.0) if 1.0 in hits else None
        scores.append(
            Score(
                gained / best,
                1 / (place + 1) if place is not None else 0.0,
                float(place == 0),
                max(hits, default=0.0),
                took,
            )
        )
    return scores


def interval(values: Sequence[float], rounds: int = 1_000) -> str:
    """Mean with its 95 % bootstrap interval."""
    chance = random.Random(7)  # noqa: S311 - no secret
    means = sorted(mean(chance.choices(values, k=len(values))) for _ in range(rounds))
    return f"{mean(values):.3f} [{means[rounds // 40]:.3f}–{means[-rounds // 40 - 1]:.3f}]"


async def run(found: Sequence[Corpus], folder: Path, url: str, meili: EmbeddedMeilisearch, most: int) -> None:
    """Load each corpus, ask at most `most` questions of it, print."""
    console = Console(width=170)
    title = f"Questions with known answers, {date.today()}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    table = Table("set", "search", "nDCG@10", "MRR@10", "hit@1", "hit@10", "p50 ms", title=title)
    for corpus in found:
        async with loaded(corpus, folder, url, meili, console) as hub:
            rankers = {
                "hub on Meilisearch": hub_engine(hub.meilisearch, hub.sources),
                "hub on Postgres": hub_engine(hub.postgres, hub.sources),
                "Meilisearch default": await plain_meilisearch(corpus, hub.client, f"{hub.meilisearch.prefix}_plain"),
                "BM25 syllables": bm25(corpus.articles, paired=False),
                "BM25 syllables + pairs": bm25(corpus.articles, paired=True),
            }
            freeze_heap()  # as `hub serve` does: the corpus and the baselines are no part of a search
            for level in corpus.levels:
                for title, rank in rankers.items():
                    await rank(corpus.questions[0].question, level)
                    scores = await measure(rank, corpus, level, most)
                    row = [interval([getattr(s, part) for s in scores]) for part in ("ndcg", "mrr", "first", "ten")]
                    row = [f"{corpus.name}, {level}s", title, *row, f"{median(s.ms for s in scores):.1f}"]
                    console.print(*row)
                    table.add_row(*row)
                table.add_section()
            for marked in (False, True):
                queries, plain = typed(corpus, marked=marked), f"{hub.meilisearch.prefix}_plain"
                speed = await keywords(queries, hub.meilisearch, hub.epoch, plain)
                console.print(f"{corpus.name}, keywords {'with' if marked else 'without'} marks: {speed}")
    console.print(table)


def print_recall(found: Sequence[Corpus], sizes: Sequence[int], most: int, cache: Path) -> None:
    """Print of how many questions all of BM25's first ten are among the candidates, at these numbers of passages."""
    console = Console(width=170)
    corpus = max(found, key=lambda one: len(one.questions))
    title = f"Candidates for questions over {corpus.name} and mixtures of them, {date.today()}"
    columns = (
        "passages",
        "questions",
        "recall of BM25's first ten",
        "found, ms p50",
        "p95",
        "and scored, ms p50",
        "MB",
    )
    table = Table(*columns, title=title)
    for size in sizes:
        questions = corpus.questions[:: math.ceil(len(corpus.questions) / most)]
        one = measure_recall(corpus.articles, questions, size, cache)
        times = (f"{ms:.1f}" for ms in (one.found_p50, one.found_p95, one.total_p50))
        table.add_row(f"{one.passages:,}", f"{one.questions}", f"{one.share:.4f}", *times, f"{one.megabytes:.0f}")
    console.print(table)


FOLDER = Path(os.environ.get("HUB_BENCH_RELEVANCE", "../shared/data/relevance"))


def main(
    relevance: Path = FOLDER,
    most: int = 1_000,
    sizes: str = "2000,15000,800000",
    cache: Path = CACHE,
    only_candidates: bool = False,
) -> None:
    """Measure on the sets of a folder (see `tests/bench/corpora.py`), at most `most` questions of each.

    `sizes` are the numbers of passages at which the recall of candidates is measured (none: ""), with at most 120
    questions; the indexes for it are kept in `cache`.
    """
    register_rooms()
    binary = find_or_fetch_program(cache_dir(), print)
    if binary is None:
        raise SystemExit("Meilisearch is needed to measure.")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        found = corpora(relevance, folder)
        if sizes:
            print_recall(found, [int(size) for size in sizes.split(",")], min(most, 120), cache)
        if only_candidates:
            return
        postgres = stack.enter_context(EmbeddedPostgres(folder / "postgres"))
        meili = stack.enter_context(EmbeddedMeilisearch(binary, folder / "meilisearch"))
        asyncio.run(run(found, folder, postgres.url, meili, most))


if __name__ == "__main__":
    typer.run(main)
