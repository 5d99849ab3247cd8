"""Recall of candidates: whether the first ten of exact BM25 with pairs are among the candidates of the question index.

Measured over as many passages as asked, the real ones and mixtures of their sentences (`tests/bench/synthetic.py`).
The index is written straight, with the terms of the product, and kept in a folder. Exact BM25 counts every passage.
"""

import math
import os
import shutil
import time
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import numpy as np
import tantivy

from search.question_index.answerer import CANDIDATES
from search.question_index.reader import QuestionIndexReader, find_passages
from search.question_index.shape import (
    BODY_LENGTH,
    CONTEXT_LENGTH,
    CONTEXT_TIMES,
    HEADING_LENGTH,
    HEADING_TIMES,
    MARKED,
    MARKED_TEXT,
    PART,
    SHAPE_VERSION,
    VIEW,
    encode_term,
    register_analyzer,
)
from search.question_index.store import GenerationReader, create_generation
from search.ranking.bm25 import Question, score_candidates
from search.text.syllables import adjacent_pairs, syllables
from tests.bench.baselines import Article
from tests.bench.corpora import Asked
from tests.bench.synthetic import SEED, Mixture, mix

PARTS = 20
"""Passages of one view."""

TOP = 10


@dataclass(frozen=True)
class Recall:
    """The share of questions that have all of the first ten among the candidates, and milliseconds per question."""

    passages: int
    questions: int
    share: float
    found_p50: float
    found_p95: float
    total_p50: float
    megabytes: float


def measure_recall(articles: Sequence[Article], questions: Sequence[Asked], count: int, cache: Path) -> Recall:
    """Make, index, ask. Everything is held in this process: about 3 GB for 800,000 passages."""
    made = mix(articles, count)
    words = [syllables(text) for text in made.pool]
    path = _index(made, words, cache)
    asked = [Question(one.question) for one in questions]
    exact = ExactBM25(made, words, {term for one in questions for term in _terms(one.question)})
    generation, reader = GenerationReader(path), QuestionIndexReader(path)
    hits, found_ms, total_ms = 0, list[float](), list[float]()
    for one, question in zip(questions, asked, strict=True):
        began = time.perf_counter()
        keys = find_passages(generation, question, CANDIDATES)
        vocabulary = reader.read_vocabulary(generation, question)
        found_ms.append((time.perf_counter() - began) * 1_000)
        places = [int(key.partition("_")[0]) * PARTS + part - 1 for key, part in keys]
        fields = [made.fields(place) for place in places]
        began = time.perf_counter()
        score_candidates(question, fields, vocabulary)
        total_ms.append(found_ms[-1] + (time.perf_counter() - began) * 1_000)
        hits += exact.best(one.question) <= set(places)
    found_ms.sort()
    total_ms.sort()
    half, most = len(found_ms) // 2, len(found_ms) * 95 // 100
    size = sum(file.stat().st_size for file in path.iterdir()) / 1e6
    return Recall(len(made), len(asked), hits / len(asked), found_ms[half], found_ms[most], total_ms[half], size)


def _terms(text: str) -> list[str]:
    words = syllables(text)
    return [*words, *adjacent_pairs(words)]


def _index(made: Mixture, words: Sequence[Sequence[str]], cache: Path) -> Path:
    """Write the fields with diacritics, or find them in the cache."""
    digest = sha256(f"{SHAPE_VERSION} {SEED} {len(made)} {sha256(''.join(made.pool).encode()).hexdigest()}".encode())
    path = cache / digest.hexdigest()[:16]
    if (path / "done").exists():
        return path
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    create_generation(path)
    index = tantivy.Index.open(str(path))
    register_analyzer(index)
    writer = index.writer(256_000_000, 1)
    inner = [" ".join((*one, *map(encode_term, adjacent_pairs(one)))) for one in words]
    for place in range(len(made)):
        context, heading, *body = made.parts(place)
        text = " ".join((*(inner[part] for part in body), *_joints(words, body)))
        document = tantivy.Document()
        document.add_text(VIEW, f"{place // PARTS}_vi")
        document.add_unsigned(PART, place % PARTS + 1)
        weighted = (*[inner[context]] * CONTEXT_TIMES, *[inner[heading]] * HEADING_TIMES, text)
        document.add_text(MARKED, " ".join(weighted))
        document.add_text(MARKED_TEXT, f"{inner[heading]} {text}")
        lengths = (len(words[context]), len(words[heading]), sum(len(words[part]) for part in body))
        for field, length in zip((CONTEXT_LENGTH, HEADING_LENGTH, BODY_LENGTH), lengths, strict=True):
            document.add_unsigned(field, length)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    (path / "done").touch()
    return path


def _joints(words: Sequence[Sequence[str]], body: Sequence[int]) -> Iterator[str]:
    """The pairs of the last and first words of neighbouring sentences."""
    filled = [words[part] for part in body if words[part]]
    return (encode_term(f"{one[-1]} {other[0]}") for one, other in pairwise(filled))


class ExactBM25:
    """BM25 (k1 1.2, b 0.75) over one bag of syllables and pairs of each passage, for the terms of these questions."""

    def __init__(self, made: Mixture, words: Sequence[Sequence[str]], terms: set[str]):
        posted: dict[str, tuple[array[int], array[int]]] = {term: (array("I"), array("I")) for term in terms}
        inner = [Counter(term for term in (*one, *adjacent_pairs(one)) if term in terms) for one in words]
        lengths = array("I")
        for place in range(len(made)):
            parts = made.parts(place)
            found: Counter[str] = Counter()
            for part in parts:
                for term, times in inner[part].items():
                    found[term] += times
            for joint in _joints(words, parts):
                if (term := joint.replace("_", " ")) in terms:
                    found[term] += 1
            for term, times in found.items():
                posted[term][0].append(place)
                posted[term][1].append(times)
            lengths.append(sum(len(words[part]) for part in parts))
        self.posted = {term: (np.frombuffer(a, "u4"), np.frombuffer(b, "u4")) for term, (a, b) in posted.items() if a}
        counted = np.frombuffer(lengths, "u4")
        self.slopes = 1.2 * (0.25 + 0.75 * counted / counted.mean())

    def best(self, question: str) -> set[int]:
        """The first ten passages; of equal ones the first."""
        scores = np.zeros(len(self.slopes))
        for term, asked in Counter(_terms(question)).items():
            if term in self.posted:
                places, times = self.posted[term]
                weight = math.log(1 + (len(scores) - len(places) + 0.5) / (len(places) + 0.5))
                scores[places] += asked * weight * times * 2.2 / (times + self.slopes[places])
        return set(np.lexsort((np.arange(len(scores)), -scores))[:TOP].tolist())


CACHE = Path(os.environ.get("HUB_BENCH_CACHE", str(Path.home() / ".cache" / "policy-hub" / "bench")))
"""Folder of the indexes that were made once; they may be deleted at any time."""
