"""`make bench-search` reads any folder of the two formats, and reports the errors of an invalid one."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.bench.corpora import DOCUMENT_QUESTIONS, DOCUMENTS, LAW_QUESTIONS, LAWS, corpora


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    packed = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(packed) if path.suffix == ".gz" else packed)
    return path


ARTICLE = {"law_id": "Luật Cây xanh", "article_id": "4", "title": "Cây cổ thụ", "text": "Không được đốn."}
DOCUMENT = {
    "id": "Nghị định 1/2020/NĐ-CP",
    "title": "Về cây",
    "articles": [{"article": "2", "title": "A", "text": "B"}],
}


def test_a_folder_without_questions_is_refused_with_the_expected_files(tmp_path: Path) -> None:
    write(tmp_path / LAWS, ARTICLE)
    with pytest.raises(SystemExit, match=LAW_QUESTIONS):
        corpora(tmp_path, tmp_path)


def test_questions_without_their_documents_are_refused(tmp_path: Path) -> None:
    write(tmp_path / DOCUMENT_QUESTIONS, {"question": "Gì?", "relevant_articles": [[DOCUMENT["id"], "2"]]})
    with pytest.raises(SystemExit, match=DOCUMENTS):
        corpora(tmp_path, tmp_path)


@pytest.mark.parametrize(
    ("line", "said"), [("{", "line 2: not JSON"), ('{"law_id": "x"}', "`article_id` is missing"), ("[]", "line 2")]
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str, said: str) -> None:
    write(tmp_path / LAW_QUESTIONS, {"question": "Gì?", "relevant": [{"law_id": "Luật Cây xanh", "article_id": "4"}]})
    (tmp_path / LAWS).write_text(f"{json.dumps(ARTICLE)}\n{line}\n", "utf-8")
    with pytest.raises(SystemExit, match=said):
        corpora(tmp_path, tmp_path)


def test_both_sets_are_read_compressed_or_not_and_documents_also_next_to_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "questions"
    write(folder / f"{LAWS}.gz", ARTICLE)
    right = {"law_id": "Luật Cây xanh", "article_id": "4"}
    elsewhere = {"law_id": "Luật khác", "article_id": "9"}
    write(folder / LAW_QUESTIONS, {"question": "1?", "relevant": [right]}, {"question": "2?", "relevant": [elsewhere]})
    write(tmp_path / DOCUMENTS, DOCUMENT)
    write(folder / DOCUMENT_QUESTIONS, {"question": "3?", "relevant_articles": [[DOCUMENT["id"], "2"]]})
    found = corpora(folder, tmp_path)
    assert [(corpus.name, [one.question for one in corpus.questions]) for corpus in found] == [
        ("law articles", ["1?"]),
        ("legal docs", ["3?"]),
    ]
    assert found[0].articles[0].key == ("Luật Cây xanh", "4")
