"""Questions whose answer hangs on one rare term, a code, a definition or a document of the last minute.

Over invented documents among which many words are shared. The ranking must not be tuned to single lines: each is an
example of a kind (`about`) that must hold for any document.
"""

import csv
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from hub.search.port import SearchQuery
from search.intent import is_question
from search.ranking.answers import PassageCandidate, rank_answers
from search.ranking.bm25 import PassageFields, Question
from search.ranking.vocabulary import Vocabulary
from tests.search.conftest import Hub, Publish, node
from tests.support.contents import policy


def read_table(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


ARTICLES, QUESTIONS = read_table("hinge-documents.tsv"), read_table("hinge-questions.tsv")
EARLY, LATE = "", "1"


def contents(late: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The documents that are published early, or last, as contents of policies."""
    for name, articles in groupby((one for one in ARTICLES if one["late"] == late), key=lambda one: one["document"]):
        told = list(articles)
        nodes = [
            node(
                f"dieu-{one['article']}", "article", one["text"], heading=one["heading"], label=f"Điều {one['article']}"
            )
            for one in told
        ]
        first = told[0]
        kind = first["title"].split()[0]
        yield name, policy(title=first["title"], number=first["number"], type=kind, summary=None, nodes=nodes)


def test_the_table_is_long_has_no_duplicates_and_names_articles_that_exist() -> None:
    assert len({line["question"] for line in QUESTIONS}) == len(QUESTIONS) >= 60
    known = {(one["document"], one["article"]) for one in ARTICLES}
    assert {(line["document"], line["article"]) for line in QUESTIONS} <= known
    for word in ("rare term", "code", "form number", "definition", "last minute"):
        assert sum(word in line["about"] for line in QUESTIONS) >= 5, word


def test_the_expected_article_is_scored_best_of_all_articles() -> None:
    """The ranking by itself, over exact candidates."""
    pool = [
        PassageCandidate(
            uuid5(NAMESPACE_URL, one["document"]),
            "vi",
            1,
            int(one["article"]),
            f"{one['document']} {one['article']}",
            None,
            PassageFields(f"{one['number']} {one['title']}", one["heading"], one["text"]),
            {},
        )
        for one in ARTICLES
    ]
    missed = []
    for line in QUESTIONS:
        best = rank_answers(Question(line["question"]), pool, Vocabulary({}), "vi")[0].best
        if best.ref != f"{line['document']} {line['article']}":
            missed.append(f"{line['about']}: {line['question']}: {line['document']} {line['article']} != {best.ref}")
    assert not missed, "\n".join(missed)


@pytest.fixture
async def documents(searching: Hub, publish_edition: Publish) -> dict[UUID, str]:
    """The documents, published and followed; those of the last minute after the others are in the index."""
    found = {}
    for late in (EARLY, LATE):
        for name, content in contents(late):
            found[await publish_edition("policy", content)] = name
        await searching.catch_up()
    return found


async def test_the_expected_article_comes_first_on_both_engines(searching: Hub, documents: dict[UUID, str]) -> None:
    missed = []
    for name, engine in (("meilisearch", searching.engine.primary), ("postgres", searching.engine.secondary)):
        for line in QUESTIONS:
            hits = (await engine.search(SearchQuery(line["question"], limit=3))).hits
            found = [(documents[hit.document_id], (hit.article or "").removeprefix("dieu-")) for hit in hits]
            # Keywords name the article that they are found in, but documents are ordered as wholes.
            if found[:1] != [(line["document"], line["article"])]:
                missed.append(f"{name}: {line['about']}: {line['question']}: {line['document']} != {found}")
    assert not missed, "\n".join(missed)


def test_every_line_is_answered_as_a_question() -> None:
    assert [line["question"] for line in QUESTIONS if not is_question(line["question"])] == []
