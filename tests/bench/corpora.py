"""Documents with questions whose right answers are known, read from a folder.

The folder of `--relevance` holds one or both of these sets; each file may be packed (`.gz`):

- `law-articles.jsonl` (`law_id, article_id, title, text`) and `questions-law-articles.jsonl`
  (`question, relevant[{law_id, article_id}]`);
- `legal-docs.jsonl`, also beside the folder (`id, title, issuer, issued_date, articles[{article, title, text}]` and
  whatever else an import takes), and `questions-legal-docs.jsonl` (`question, relevant_articles[[id, article]]`).
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.baselines import Article, Key

LAWS, LAW_QUESTIONS = "law-articles.jsonl", "questions-law-articles.jsonl"
DOCUMENTS, DOCUMENT_QUESTIONS = "legal-docs.jsonl", "questions-legal-docs.jsonl"


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


def corpora(folder: Path, made: Path) -> list[Corpus]:
    """The sets of a folder; what an import needs and they lack is written to `made`. Exits with what is wrong."""
    found = []
    if texts := _pair(folder, LAWS, LAW_QUESTIONS):
        found.append(_laws(*texts, made))
    if texts := _pair(folder, DOCUMENTS, DOCUMENT_QUESTIONS):
        found.append(_documents(*texts))
    if not found:
        raise SystemExit(
            f"{folder} has no questions: expected {LAW_QUESTIONS} with {LAWS}, or {DOCUMENT_QUESTIONS} with"
            f" {DOCUMENTS} (there or one folder up), each also as .gz. Name another folder with --relevance."
        )
    return found


def _pair(folder: Path, texts: str, questions: str) -> tuple[Path, Path] | None:
    """The files of one set; None when its questions are not there."""
    asked = _existing(folder / questions)
    if asked is None:
        return None
    held = _existing(folder / texts) or _existing(folder.parent / texts)
    if held is None:
        raise SystemExit(f"{asked} has questions over {texts}, which is neither in {folder} nor in {folder.parent}.")
    return held, asked


def _existing(path: Path) -> Path | None:
    return next((one for one in (path, path.with_name(f"{path.name}.gz")) if one.is_file()), None)


def _rows(path: Path, *members: str) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file, each with these members."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line) if line.strip() else None
            except ValueError as problem:
                raise SystemExit(f"{path}, line {number}: not JSON ({problem}).") from None
            if row is None:
                continue
            if missing := [member for member in members if not isinstance(row, dict) or member not in row]:
                raise SystemExit(f"{path}, line {number}: `{missing[0]}` is missing.")
            yield row


def _known(questions: list[Asked], articles: list[Article], source: Path) -> list[Asked]:
    """The questions, all of which can be answered from these articles."""
    held = {article.key for article in articles}
    kept = [asked for asked in questions if asked.right & held]
    if not kept:
        raise SystemExit(f"{source}: no question has its answer among the articles.")
    if len(kept) < len(questions):
        print(f"{source.name}: {len(questions) - len(kept)} questions have no answer among the articles; left out.")
    return kept


def _laws(texts: Path, questions: Path, made: Path) -> Corpus:
    """Law articles, put together into one policy for each law."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in _rows(texts, "law_id", "article_id"):
        grouped.setdefault(row["law_id"], []).append(row)
    file = made / "laws.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for place, (name, rows) in enumerate(grouped.items(), start=1):
            texts_of_law = [{"article": r["article_id"], "title": r.get("title"), "text": r.get("text")} for r in rows]
            record = {"id": name, "type": "Luật", "title": name, "issuer": "Quốc hội", "issued_date": "2020-01-01"}
            out.write(json.dumps(record | {"number": f"{place}/2020/QH14", "articles": texts_of_law}) + "\n")
    articles = [Article((name, r["article_id"]), name, _words(r)) for name, rows in grouped.items() for r in rows]
    asked = [
        Asked(q["question"], frozenset((r["law_id"], r["article_id"]) for r in q["relevant"]))
        for q in _rows(questions, "question", "relevant")
    ]
    return Corpus("law articles", file, articles, _known(asked, articles, questions), ("article",))


def _documents(texts: Path, questions: Path) -> Corpus:
    """Legal documents as they are."""
    articles = [
        Article((row["id"], str(a["article"])), f"{row['id']} {row.get('title') or ''}".strip(), _words(a))
        for row in _rows(texts, "id", "articles")
        for a in row["articles"] or ()
        if isinstance(a, dict) and a.get("article") is not None
    ]
    asked = [
        Asked(q["question"], frozenset((doc, article) for doc, article in q["relevant_articles"]))
        for q in _rows(questions, "question", "relevant_articles")
    ]
    return Corpus("legal docs", texts, articles, _known(asked, articles, questions), ("article", "document"))


def _words(article: dict[str, Any]) -> str:
    """Heading and text of an article; either may be missing, or null."""
    return "\n".join(str(article[part]) for part in ("title", "text") if article.get(part))
