"""`make bench-search`: how good the search is, measured on the product itself with questions whose answers are known.

Documents go in through the hub's own import and publishing; both engines answer; the baselines are plain BM25 in this
process and Meilisearch as it comes. The texts are not part of the project: `--relevance` (or `HUB_BENCH_RELEVANCE`)
names the folder.
"""

import asyncio
import gzip
import json
import math
import os
import random
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import mean, median
from typing import Any
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from hub import demo, migrations
from hub.db import Database
from hub.embedded.meilisearch import EmbeddedMeilisearch, cache_dir, find_or_fetch
from hub.embedded.postgres import EmbeddedPostgres
from hub.searching.port import SearchQuery
from hub.settings import Settings
from hub.text import fold
from ingest.report import Silent
from ingest.run import run_import
from ingest.runs import ImportOptions
from search import build_follower
from search.client import EngineClient
from search.marker import index_name
from search.meili import MeiliSearch
from search.meili_queries import words_query
from search.postgres import PostgresSearch
from search.terms import count_terms
from tests.bench.baselines import Article, Key, Ranker, bm25, by_document

TOP = 10


@dataclass(frozen=True)
class Asked:
    """A question with its right answers."""

    question: str
    right: frozenset[Key]


@dataclass(frozen=True)
class Corpus:
    """A file that the hub imports, its articles, its questions, and the levels it is measured at."""

    name: str
    file: Path
    articles: list[Article]
    questions: list[Asked]
    levels: tuple[str, ...]


def read(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSONL file, packed or not."""
    packed = path.read_bytes()
    lines = (gzip.decompress(packed) if path.suffix == ".gz" else packed).splitlines()
    return [json.loads(line) for line in lines]


def laws(folder: Path, made: Path) -> Corpus:
    """Law articles, put together into one policy for each law."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in read(folder / "law-articles.jsonl.gz"):
        grouped.setdefault(row["law_id"], []).append(row)
    file = made / "laws.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for name, rows in grouped.items():
            articles = [{"article": r["article_id"], "title": r["title"], "text": r["text"]} for r in rows]
            record = {"id": name, "type": "Luật", "title": name, "issuer": "Quốc hội", "issued_date": "2020-01-01"}
            out.write(json.dumps(record | {"number": "1/2020/QH14", "articles": articles}, ensure_ascii=False) + "\n")
    articles = [
        Article((name, r["article_id"]), name, f"{r['title']}\n{r['text']}")
        for name, rows in grouped.items()
        for r in rows
    ]
    questions = [
        Asked(q["question"], frozenset((r["law_id"], r["article_id"]) for r in q["relevant"]))
        for q in read(folder / "questions-law-articles.jsonl")
    ]
    return Corpus("law articles", file, articles, questions, ("article",))


def documents(folder: Path) -> Corpus:
    """Legal documents as they are."""
    file = folder.parent / "legal-docs.jsonl.gz"
    articles = [
        Article((row["id"], a["article"]), f"{row['id']} {row['title']}", f"{a['title']}\n{a['text']}")
        for row in read(file)
        for a in row["articles"]
    ]
    questions = [
        Asked(q["question"], frozenset((doc, article) for doc, article in q["relevant_articles"]))
        for q in read(folder / "questions-legal-docs.jsonl")
    ]
    return Corpus("legal docs", file, articles, questions, ("article", "document"))


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


def hub_engine(engine: MeiliSearch | PostgresSearch, sources: dict[UUID, str], several: bool) -> Ranker:
    """One of the hub's engines. At article level, each document's best article stands for it, then its next ones."""

    async def rank(question: str, level: str) -> list[Key]:
        if level == "article" and several:
            found = [answer.best for answer in await engine.articles(SearchQuery(question))]
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
    for asked in corpus.questions[:: max(1, len(corpus.questions) // most)]:
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


@dataclass(frozen=True)
class Speed:
    """Milliseconds (medians) of keyword searches: by the hub's engine, and by Meilisearch alone."""

    hub: float
    same: float
    bare: float

    def __str__(self) -> str:
        ratio = f"{self.hub / self.same:.2f} × the same query ({self.same:.1f} ms)"
        return f"{self.hub:.1f} ms, {ratio}, {self.hub / self.bare:.2f} × the bare one ({self.bare:.1f} ms)"


async def keywords(corpus: Corpus, engine: MeiliSearch, epoch: UUID | None, *, marked: bool) -> Speed:
    """The ends of titles as keywords, each asked in turn of the hub's engine and of its index directly.

    The same query has the same words, page, filter, order, facets and highlights of the short members; the bare one
    has the words, page and filter and gives ids.
    """
    assert epoch is not None
    contexts = list(dict.fromkeys(article.context for article in corpus.articles))
    asked = [" ".join(context.split()[-4:]) for context in contexts[:: max(1, len(contexts) // 60)]]
    took: list[tuple[float, float, float]] = []
    index = index_name(engine.prefix, epoch)
    for words in asked * 2:
        query = SearchQuery(words if marked else fold(words))
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


def interval(values: Sequence[float], rounds: int = 1_000) -> str:
    """Mean with its 95 % bootstrap interval."""
    chance = random.Random(7)  # noqa: S311 - no secret
    means = sorted(mean(chance.choices(values, k=len(values))) for _ in range(rounds))
    return f"{mean(values):.3f} [{means[rounds // 40]:.3f}–{means[-rounds // 40 - 1]:.3f}]"


async def run(relevance: Path, folder: Path, url: str, meili: EmbeddedMeilisearch, console: Console, most: int) -> None:
    """Load both corpora, ask `most` questions of each, print."""
    client = EngineClient(meili.url, meili.key, timeout=60)
    table = Table("set", "search", "nDCG@10", "MRR@10", "hit@1", "hit@10", "ms", title="Questions with known answers")
    for corpus in (laws(relevance, folder), documents(relevance)):
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
            await demo.load_registry(session)
        summary = await run_import(database, [corpus.file], ImportOptions(publish=True, data=folder), Silent())
        began = time.monotonic()
        follower = build_follower(settings, database)
        assert follower is not None
        while await follower.step():
            pass
        followed, began = time.monotonic() - began, time.monotonic()
        await count_terms(database, 1)
        console.print(
            f"{corpus.name}: imported in {summary.seconds:.1f} s, indexed in {followed:.1f} s,"
            f" terms counted in {time.monotonic() - began:.1f} s"
        )
        async with database.write() as session:
            await session.execute(text("ANALYZE"))
        async with database.read() as connection:
            rows = await connection.execute(text("SELECT document_id, source_id FROM provenance"))
            sources = {row[0]: row[1] for row in rows}
        rankers = {
            "hub on Meilisearch": hub_engine(MeiliSearch(client, database, name), sources, True),
            "hub on Postgres": hub_engine(PostgresSearch(database), sources, True),
            "Meilisearch default": await plain_meilisearch(corpus, client, f"{name}_plain"),
            "BM25 syllables": bm25(corpus.articles, paired=False),
            "BM25 syllables + pairs": bm25(corpus.articles, paired=True),
        }
        for level in corpus.levels:
            for title, rank in rankers.items():
                await rank(corpus.questions[0].question, level)
                found = await measure(rank, corpus, level, most)
                row = [interval([getattr(s, part) for s in found]) for part in ("ndcg", "mrr", "first", "ten")]
                row = [f"{corpus.name}, {level}s", title, *row, f"{mean(s.ms for s in found):.1f}"]
                console.print(*row)
                table.add_row(*row)
            table.add_section()
        for marked in (False, True):
            speed = await keywords(corpus, MeiliSearch(client, database, name), follower.projector.epoch, marked=marked)
            console.print(f"{corpus.name}, keywords {'with' if marked else 'without'} marks: {speed}")
        follower.projector.client.close()
        await database.dispose()
    client.close()
    console.print(table)


FOLDER = Path(os.environ.get("HUB_BENCH_RELEVANCE", "../shared/data/relevance"))


def main(relevance: Path = FOLDER, most: int = 1_000) -> None:
    """Measure."""
    if not (relevance / "questions-law-articles.jsonl").is_file():
        raise SystemExit(f"The questions are not in {relevance}; name their folder with --relevance.")
    binary = find_or_fetch(cache_dir(), print)
    if binary is None:
        raise SystemExit("Meilisearch is needed to measure.")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        postgres = stack.enter_context(EmbeddedPostgres(folder / "postgres"))
        meili = stack.enter_context(EmbeddedMeilisearch(binary, folder / "meilisearch"))
        asyncio.run(run(relevance, folder, postgres.url, meili, Console(width=170), most))


if __name__ == "__main__":
    typer.run(main)
