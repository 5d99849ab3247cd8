"""Verdicts on two fingerprints: one document or two."""

import unicodedata
from typing import Any

import pytest

from hub.domain.fingerprints import fingerprint, similarity
from ingest.dedup.verdict import compare_fingerprints
from tests.support.dedup_samples import bulletin, facts, plan, words

TEXT = words("cây xanh")
MENU = "Trang chủ Giới thiệu Liên hệ Sơ đồ cổng Tin đọc nhiều Thăm dò ý kiến Lượt truy cập " * 3


def verdict(one: dict[str, Any], other: dict[str, Any], kind: str = "policy", also: str | None = None) -> str | None:
    found = compare_fingerprints(facts(one, kind).fingerprint, facts(other, also or kind).fingerprint)
    assert found == compare_fingerprints(facts(other, also or kind).fingerprint, facts(one, kind).fingerprint)
    return found.basis if found else None


@pytest.mark.parametrize(
    "other",
    [
        plan(words("khác hẳn"), title="Trồng cây"),
        plan(TEXT, number="041 /KH-UBND"),
        plan(TEXT, number="41/2026/KH-UBND"),
        plan(TEXT, issuers=[{"name": "UBND thành phố Huế"}]),
        plan(TEXT, issuers=[{"name": "Uỷ ban nhân dân Thành phố Huế"}]),
        plan(TEXT, dates=[{"role": "issued", "on": "2026-03-20", "source": "Cổng"}]),
    ],
    ids=["other text", "spelling", "year given", "abbreviated", "tone placement", "other date"],
)
def test_one_number_of_one_issuer_in_one_year_is_one_document(other: dict[str, Any]) -> None:
    assert verdict(plan(TEXT), other) == "number"


@pytest.mark.parametrize(
    "other",
    [
        plan(TEXT, number="42/KH-UBND"),
        plan(TEXT, issuers=[{"name": "Ủy ban nhân dân phường Thuận Hóa"}]),
        plan(TEXT, issuers=[{"name": "Sở Xây dựng", "code": "so-xay-dung"}]),
        plan(words("khác hẳn"), title="Hội chợ xuân", dates=[{"role": "issued", "on": "2026-05-01", "source": "x"}]),
        plan(words("khác hẳn"), title="Hội chợ xuân"),
        plan(words("năm sau"), dates=[{"role": "issued", "on": "2027-03-02", "source": "Văn bản gốc"}]),
        plan(TEXT, number=None, type="Quyết định"),
        plan(TEXT, number=None, issuers=[{"name": "Sở Xây dựng"}]),
        plan(TEXT, number=None, title="Kế hoạch trồng cây xanh năm 2027"),
    ],
    ids=[
        "number",
        "ward",
        "code",
        "all but the number",
        "another text under the same number",
        "next year",
        "type",
        "issuer",
        "figure in the title",
    ],
)
def test_facts_of_another_document_never_match(other: dict[str, Any]) -> None:
    assert verdict(plan(TEXT), other) is None


def test_without_number_or_with_a_misread_year_the_text_decides() -> None:
    assert verdict(plan(TEXT), plan(TEXT, number=None)) == "text"
    assert verdict(plan(TEXT), plan(TEXT, dates=[{"role": "issued", "on": "2025-03-02", "source": "x"}])) == "text"
    assert verdict(plan(TEXT), plan(words("khác hẳn"), number=None)) is None


def test_short_texts_match_only_with_the_same_title() -> None:
    first = bulletin("Nội dung thứ 5", title="Bản tin số 5 về cây xanh")
    assert verdict(first, bulletin("Nội dung thứ 5", title="Bản tin số 5 về vỉa hè"), "bulletin") is None
    assert verdict(first, bulletin("Nội dung thứ 5", title="Bản tin số 5 về cây xanh."), "bulletin") == "text"
    form = plan("Nghỉ lễ theo quy định.")
    assert (
        verdict(form, plan("Nghỉ lễ theo quy định.", dates=[{"role": "issued", "on": "2027-03-02", "source": "x"}]))
        is None
    )


@pytest.mark.parametrize("kinds", [("policy", "draft"), ("bulletin", "statement"), ("policy", "bulletin")])
def test_documents_of_different_kinds_never_match(kinds: tuple[str, str]) -> None:
    marks = [fingerprint(kind, "vi", plan("", number=None) | {"draft_version": 1}, TEXT) for kind in kinds]
    assert compare_fingerprints(*marks) is None
    assert compare_fingerprints(marks[0], fingerprint(kinds[0], "en", {"title": "x"}, TEXT)) is None


@pytest.mark.parametrize(
    "noisy",
    [
        f"{MENU}{TEXT}",
        TEXT[len(TEXT) // 4 :],
        unicodedata.normalize("NFD", TEXT).replace("đ", "d").encode("ascii", "ignore").decode(),
        TEXT.replace("ủy", "uỷ").upper(),
        unicodedata.normalize("NFD", TEXT),
    ],
    ids=["menus", "a part is missing", "marks lost", "tones and case", "decomposed"],
)
def test_noise_does_not_prevent_a_match(noisy: str) -> None:
    assert verdict(bulletin(TEXT), bulletin(noisy), "bulletin") == "text"


def test_weeks_of_one_form_differ_in_their_figures() -> None:
    prices = "Giá xăng {}00 đồng, gạo {}50 đồng, điện {}12 đồng, nước {}7 đồng. "
    one, other = (bulletin(words("giá") + prices.format(n, n + 1, n + 2, n + 3)) for n in (21, 33))
    assert verdict(one, other, "bulletin") is None
    assert verdict(bulletin(TEXT, title="Bản tin tuần 12"), bulletin(TEXT, title="Bản tin tuần 13"), "bulletin") is None


def test_a_quotation_is_not_the_document() -> None:
    assert verdict(bulletin(TEXT[:500]), bulletin(words("khác", 1_500) + TEXT[:500]), "bulletin") is None


def test_drafts_of_one_text_are_distinguished_by_their_version() -> None:
    first, second = (fingerprint("draft", "vi", {"title": "Dự thảo", "draft_version": n}, TEXT) for n in (1, 2))
    assert compare_fingerprints(first, first) is not None
    assert compare_fingerprints(first, second) is None


def test_similarity_is_estimated_closely_from_sketches() -> None:
    text = words("dài", 6_000).split()
    for share in (0.3, 0.5, 0.8):
        cut = fingerprint("bulletin", "vi", {}, " ".join(text[: round(len(text) * share)]))
        jaccard, contained = similarity(cut.text, fingerprint("bulletin", "vi", {}, " ".join(text)).text)
        assert abs(jaccard - share) < 0.12
        assert contained > 0.85
