"""The benches read every record that an import takes in."""

from pathlib import Path

from tests.bench.corpora import corpora
from tests.bench.legal_rows import legal_rows
from tests.support.import_samples import legal, write


def test_records_without_title_or_with_empty_articles_are_read(tmp_path: Path) -> None:
    records = [
        legal(title=None, articles=[{"article": 1, "title": None, "text": "Áp dụng cho mọi mẫu thử."}, "đoạn", None]),
        legal("8/2024/TT-BYT", issued_date=None),
        {},
    ]
    file = write(tmp_path / "legal-docs.jsonl", records)
    [row] = legal_rows(file)
    assert (row["title"], row["articles"][0]) == (
        "Thông tư 7/2024/TT-BYT", {"article": "1", "title": "", "text": "Áp dụng cho mọi mẫu thử."}
    )  # fmt: skip
    write(
        tmp_path / "questions-legal-docs.jsonl",
        [{"question": "Thử gì?", "relevant_articles": [["Thông tư 7/2024/TT-BYT", "1"]]}],
    )
    file = write(file, records[:2])
    [corpus] = corpora(tmp_path, tmp_path)
    assert [article.key for article in corpus.articles] == [
        ("Thông tư 7/2024/TT-BYT", "1"), ("Thông tư 8/2024/TT-BYT", "1")
    ]  # fmt: skip
