"""Irregular layouts of real texts, and hostile texts."""

import time
from datetime import date

import pytest

from hub.legal.document import LegalDocument, is_official, parse_document
from tests.support.assembled import plain
from tests.support.assembled_documents import DOCUMENTS

HEAD = """CHÍNH PHỦ          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Số: 7/2026/NĐ-CP          Độc lập - Tự do - Hạnh phúc
Hà Nội, ngày 03 tháng 02 năm 2026
NGHỊ ĐỊNH
Về nước sạch
"""
END = "\nTM. CHÍNH PHỦ\nTHỦ TƯỚNG\nNguyễn Văn Thí Dụ\nNơi nhận: - Ban Bí thư; - Lưu: VT."


def read(body: str) -> LegalDocument:
    return parse_document(f"{HEAD}{body}{END}")


def refs(body: str) -> list[str]:
    return [node["ref"] for node in read(body).nodes]


def fields(body: str) -> set[str]:
    return {doubt.field for doubt in read(body).doubts}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "Điều 1.Một\n1.Hai;\na)Ba;\nb)Bốn.",
            ["dieu-1", "dieu-1/khoan-1", "dieu-1/khoan-1/diem-a", "dieu-1/khoan-1/diem-b"],
        ),
        ("Điều 1 . Một\nThân.\nÐIỀU 2: Hai\nThân.", ["dieu-1", "dieu-2"]),
        ("Dieu 1. Mot\nThan.\nDieu 2. Hai\nThan.", ["dieu-1", "dieu-2"]),
        ("Điều 1\nMột\n1) Hai.\n2) Ba.", ["dieu-1", "dieu-1/khoan-1", "dieu-1/khoan-2"]),
        (
            "Điều 1. Một\n1. Hai.\n1.1. Ba.\n1.2. Bốn.",
            ["dieu-1", "dieu-1/khoan-1", "dieu-1/khoan-1-1", "dieu-1/khoan-1-2"],
        ),
        ("Điều 1. Một\na. Hai.\nb. Ba.", ["dieu-1", "dieu-1/diem-a", "dieu-1/diem-b"]),
        ("Điều 1. Một\n500.000 đồng một hộ.\n2026 là năm đầu.\n3,5 triệu.", ["dieu-1"]),
        ("Điều 1. Một theo quy định tại\nĐiều 5 của Luật Nước.\nĐiều 2. Hai.", ["dieu-1", "dieu-2"]),
        (
            "A. PHẦN A\nI. Một\n1. Hai.\nB. PHẦN B\nI. Ba.",
            ["muc-a", "muc-a/muc-i", "muc-a/muc-i/muc-1", "muc-b", "muc-b/muc-i"],
        ),
    ],
)
def test_numbering_labels_are_matched_in_every_spelling(body: str, expected: list[str]) -> None:
    assert refs(body) == expected
    assert fields(body) == set()


def test_text_with_irregular_numbering_keeps_all_its_words_and_is_in_doubt() -> None:
    body = "Điều 1. Một\n1. Hai.\n2. Ba.\n1. Bốn.\nĐiều 1. Lặp lại.\nĐiều 9. Xa."
    read_again = read(body)
    assert [node["ref"] for node in read_again.nodes] == [
        "dieu-1",
        "dieu-1/khoan-1",
        "dieu-1/khoan-2",
        "dieu-1/khoan-1-2",
        "dieu-9",
    ]
    assert read_again.nodes[3]["text"] == "Bốn.\nĐiều 1. Lặp lại."
    assert fields(body) == {"nodes"}
    assert read_again.confidence["nodes"] < 0.75


def test_a_quotation_without_end_loses_no_text_and_is_in_doubt() -> None:
    body = "Điều 1. Sửa đổi như sau:\n“Điều 8. Nước\nNước phải sạch.\nĐiều 2. Thi hành.\nĐiều 3. Trách nhiệm."
    assert refs(body) == ["dieu-1", "dieu-2", "dieu-3"]
    assert "nodes" in fields(body)


@pytest.mark.parametrize(
    ("clause", "effective", "doubted"),
    [
        ("Nghị định này có hiệu lực thi hành kể từ ngày ký.", date(2026, 2, 3), False),
        ("Nghị định này có hiệu lực sau 15 ngày kể từ ngày ký ban hành.", date(2026, 2, 18), False),
        ("Nghị định này có hiệu lực thi hành từ ngày 01 tháng 7 năm 2026.", date(2026, 7, 1), False),
        ("Nghị định này có hiệu lực sau 15 ngày, kể từ ngày đăng Công báo.", None, True),
        ("Luật Nước có hiệu lực từ ngày 01/7/2026.", None, False),
    ],
)
def test_the_effect_is_the_one_that_the_text_states_about_itself(
    clause: str, effective: date | None, doubted: bool
) -> None:
    body = f"Điều 1. Hiệu lực\n{clause}"
    assert read(body).effective_on == effective
    assert ("effective_on" in fields(body)) is doubted


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("Số: 7/2026/NĐ-CP", "Số:       /2026/NĐ-CP", "number"),
        ("ngày 03 tháng 02 năm 2026", "ngày     tháng     năm 2026", "dates"),
        ("NGHỊ ĐỊNH\n", "QUYẾT ĐỊNH\n", "type"),
        ("CHÍNH PHỦ  ", "           ", "issuers"),
        ("Nguyễn Văn Thí Dụ", "", "signer"),
    ],
)
def test_missing_and_contradictory_facts_are_doubts_and_not_guessed(old: str, new: str, field: str) -> None:
    whole = f"{HEAD}Điều 1. Một\nThân.{END}"
    assert parse_document(whole).doubts == ()
    read_again = parse_document(whole.replace(old, new, 1))
    assert field in {doubt.field for doubt in read_again.doubts}


def test_a_letter_of_plain_paragraphs_ends_at_its_signature() -> None:
    read_again = read("Kính gửi: Các bộ.\nChính phủ đề nghị các bộ báo cáo.\nTrân trọng./.")
    assert [node["text"] for node in read_again.nodes] == [
        "Kính gửi: Các bộ.",
        "Chính phủ đề nghị các bộ báo cáo.",
        "Trân trọng./.",
    ]
    assert [signer.name for signer in read_again.signers] == ["Nguyễn Văn Thí Dụ"]
    assert read_again.recipients == ("Ban Bí thư", "Lưu: VT")


def test_a_signature_right_above_a_labelled_annex_is_one() -> None:
    annex = "PHỤ LỤC I\nDANH MỤC\n(Ban hành kèm theo Nghị định số 7/2026/NĐ-CP)\nSến."
    found = parse_document(f"{HEAD}Điều 1. Một.\nNơi nhận:\n- Lưu: VT.\nTHỦ TƯỚNG\nNguyễn Văn Thí Dụ\n{annex}")

    assert [(one.name, one.title) for one in found.signers] == [("Nguyễn Văn Thí Dụ", "THỦ TƯỚNG")]
    assert [node["ref"] for node in found.nodes] == ["dieu-1", "phu-luc-i"]


def test_two_signers_side_by_side_keep_their_own_titles_and_are_in_doubt() -> None:
    end = """
KT. BỘ TRƯỞNG BỘ TÀI CHÍNH      KT. BỘ TRƯỞNG BỘ TƯ PHÁP
THỨ TRƯỞNG      THỨ TRƯỞNG
(Đã ký)      (Đã ký)
Đỗ Hoàng Ví Dụ      Đinh Trung Mẫu
Nơi nhận:
- Công báo."""
    read_again = parse_document(f"{HEAD}Điều 1. Một\nThân.{end}")
    assert [(one.name, one.title) for one in read_again.signers] == [
        ("Đỗ Hoàng Ví Dụ", "KT. BỘ TRƯỞNG BỘ TÀI CHÍNH – THỨ TRƯỞNG"),
        ("Đinh Trung Mẫu", "KT. BỘ TRƯỞNG BỘ TƯ PHÁP – THỨ TRƯỞNG"),
    ]
    assert read_again.recipients == ("Công báo",)
    assert [doubt.field for doubt in read_again.doubts] == ["signer"]


def test_text_after_the_signature_without_a_label_is_kept_and_in_doubt() -> None:
    whole = f"{HEAD}Điều 1. Một\nThân.{END}\nDANH SÁCH\n1. Xã A Lưới 1\n2. Xã Phú Vang"
    read_again = parse_document(whole)
    assert [(node["ref"], node.get("heading")) for node in read_again.nodes][1:] == [
        ("phu-luc-1", "DANH SÁCH"),
        ("phu-luc-1/muc-1", "Xã A Lưới 1"),
        ("phu-luc-1/muc-2", "Xã Phú Vang"),
    ]
    assert [doubt.field for doubt in read_again.doubts] == ["nodes"]


def test_the_effect_of_single_parts_is_not_that_of_the_document() -> None:
    body = (
        "Điều 1. Hiệu lực\n1. Nghị định này có hiệu lực từ ngày 01/7/2026, trừ khoản 2 Điều này.\n"
        "2. Điều 9 của Nghị định này có hiệu lực từ ngày 01/4/2026."
    )
    assert read(body).effective_on == date(2026, 7, 1)
    assert fields(body) == set()


def test_an_article_about_a_document_is_not_official() -> None:
    assert not is_official("Huế trồng cây\nNgày 1/2/2026, UBND thành phố ban hành Kế hoạch số 4/KH-UBND về cây xanh.")
    assert is_official(f"Trang chủ\nVăn bản mới\n{plain(DOCUMENTS['decision_of_a_person']())}")


HOSTILE = (
    "“\n",
    '"\n',
    "”\n“Điều 1. a\n",
    "Điều 1. a\n",
    "1. a\n",
    "a) b\n",
    "I. a\n",
    "1.1.1.1. a\n",
    "PHỤ LỤC I\n",
    "QUY CHẾ\n",
    "(Kèm theo Quyết định số 1)\n",
    "TM. ỦY BAN\n",
    "Nơi nhận:\n- a;\n",
    "KT. CHỦ TỊCH    - a;\n",
    "Căn cứ a;\n",
    "Nghị định này có hiệu lực từ ngày ",
    "thay thế Quyết định số 1/2020/QĐ-UBND, ",
    "Số: 1/QĐ-UBND ",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM ",
    "V/v ",
    "Chương I\n",
    "    ",
    "|",
    "a",
)


def seconds(pattern: str, size: int) -> float:
    """Processor time of parsing one pattern repeated to a size."""
    text = f"{HEAD}{pattern * (size // len(pattern))}{END}"
    started = time.process_time()
    parse_document(text)
    return time.process_time() - started


def assert_linear(pattern: str, size: int) -> None:
    # Eight times the text: quadratic work would take sixty-four times as long, each time that it is measured; a
    # collection of garbage falls into one measurement.
    assert any(seconds(pattern, 8 * size) < 30 * seconds(pattern, size) + 0.5 for _ in range(3))


@pytest.mark.parametrize("pattern", HOSTILE)
def test_a_hostile_text_is_parsed_in_linear_time(pattern: str) -> None:
    assert_linear(pattern, 2_500)


@pytest.mark.full
@pytest.mark.parametrize("pattern", HOSTILE)
def test_a_hundred_thousand_letters_of_one_pattern_are_parsed_in_linear_time(pattern: str) -> None:
    assert_linear(pattern, 12_500)
