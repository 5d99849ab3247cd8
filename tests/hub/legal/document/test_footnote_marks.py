"""Marks of footnotes at the numbers of provisions neither hide a provision nor become a part of its number."""

import pytest

from hub.legal.aligned_text import AlignedText
from hub.legal.document import parse_document
from hub.legal.document.numbering import match_numbering

TEXT = (
    "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HUẾ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 5/2023/QĐ-UBND\n"
    "Huế, ngày 01 tháng 8 năm 2023\nQUYẾT ĐỊNH\nTrồng cây xanh\nĐiều 1. Một\nChữ một.\n{}\n"
)


def nodes(text: str) -> list[tuple[str, str | None, str | None, str | None]]:
    found = parse_document(TEXT.format(text)).nodes
    return [(node["ref"], node.get("label"), node.get("heading"), node.get("text")) for node in found[1:]]


@pytest.mark.parametrize(
    ("line", "label", "heading"),
    [
        ("Điều 2². Hai", "Điều 2²", "Hai"),
        ("Điều 2a². Hai", "Điều 2a²", "Hai"),
        ("Điều 2[2]. Hai", "Điều 2", "[2] Hai"),
        ("Điều 2.[2] Hai", "Điều 2", "[2] Hai"),
        ("Điều 2 [12]. Hai", "Điều 2", "[12] Hai"),
        ("Điều 2⁽²⁾. Hai", "Điều 2", "⁽²⁾ Hai"),
        ("Điều 2(*). Hai", "Điều 2", "(*) Hai"),
        ("Điều 2**. Hai", "Điều 2", "** Hai"),
        ("Điều 2[12] Hai", "Điều 2", "[12] Hai"),
        ("Điều 2 [12] Hai", "Điều 2", "[12] Hai"),
        ("Điều 2(*) Hai", "Điều 2", "(*) Hai"),
    ],
)
def test_an_article_with_the_mark_of_a_footnote_is_an_article(line: str, label: str, heading: str) -> None:
    [(ref, *rest)] = nodes(f"{line}\nChữ hai.")

    assert ref.startswith("dieu-2")
    assert rest == [label, heading, "Chữ hai."]


@pytest.mark.parametrize("note", ["[12]", " [12]", "(*)", "⁽²⁾"])
def test_an_article_may_have_nothing_but_the_mark_of_a_footnote(note: str) -> None:
    assert nodes(f"Điều 2{note}\nChữ hai.") == [("dieu-2", "Điều 2", note.strip(), "Chữ hai.")]


def test_stars_around_a_number_are_no_mark_of_a_footnote() -> None:
    found = nodes("Điều 2. Hai\n**1**. Một:\n**a**) Chữ a;\n*2*. Hai\n3*. Ba")
    assert [(label, text) for _, label, _, text in found[1:]] == [
        ("1.", "Một:"), ("a)", "Chữ a;"), ("2.", "Hai"), ("3.", "* Ba")
    ]  # fmt: skip


def test_stars_after_a_number_begin_words_in_italics() -> None:
    found = nodes("Điều 2. Hai\n1.*Cơ sở* là nơi ở.\n2. *Cây* là gì.\n3.** **Hạn**.")
    assert [(label, text) for _, label, _, text in found[1:]] == [
        ("1.", "Cơ sở* là nơi ở."), ("2.", "*Cây* là gì."), ("3.", "**Hạn**.")
    ]  # fmt: skip


@pytest.mark.parametrize("link", ["(https://cong.example.vn/van-ban/hop-nhat-12.aspx#_ftn4)", "(#_ftn4)"])
def test_a_mark_may_be_a_link(link: str) -> None:
    found = nodes(f"Chương II[3]{link}\nCÂY TO\nĐiều 2. Hai\n1. Một;\n2.[4]{link} Hai;\n3[5]{link}. Ba.")
    assert [(label, heading, text) for _, label, heading, text in found] == [
        ("Chương II", "[3] CÂY TO", None), ("Điều 2", "Hai", None), ("1.", None, "Một;"),
        ("2.", None, "[4] Hai;"), ("3.", None, "[5] Ba.")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("mark", "shown"),
    [
        ("[[3]]({})", "[3]"), (r"[\[3\]]({})", "[3]"), (r"[(*)]({})", "(*)"), ("[³]({})", "³"), ("[⁽³⁾]({})", "⁽³⁾"),
        ('[[3]]({} "Ghi chú")', "[3]"), ("[[3]]({}),[[4]]({})", "[3],[4]"), ("[3]({})", "[3]"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("address", ["https://cong.example.vn/hop-nhat-12.aspx#_ftn4", "#_ftn4", "hop-nhat.htm#_ftn4"])
def test_the_text_of_a_link_may_be_a_whole_mark(mark: str, shown: str, address: str) -> None:
    mark = mark.format(address, address)
    found = nodes(
        f"Chương II{mark}\nCÂY TO\nĐiều 2{mark}. Thực hiện\n1.{mark} Một:\na{mark}) Chữ a.\nĐiều 5.{mark} Tên\nNăm."
    )
    assert [(label, heading, text) for _, label, heading, text in found] == [
        ("Chương II", f"{shown} CÂY TO", None), ("Điều 2", f"{shown} Thực hiện", None), ("1.", None, f"{shown} Một:"),
        ("a)", None, f"{shown} Chữ a."), ("Điều 5", f"{shown} Tên", "Năm."),
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["[[2]](#_ftn2) Ghi chú", "Điều 2[cũ](#_ftn2) của Luật", "a[[1]] = 5"])
def test_other_links_begin_no_provision(line: str) -> None:
    assert nodes(line) == []


def test_clauses_and_points_with_marks_are_counted() -> None:
    found = nodes("Điều 2. Hai\n1[3]. Một;\n2.[4] Hai:\na)[5] Chữ a;\nb[6]) Chữ b.\n3². Ba.")
    assert [(label, text) for _, label, _, text in found[1:]] == [
        ("1.", "[3] Một;"), ("2.", "[4] Hai:"), ("a)", "[5] Chữ a;"), ("b)", "[6] Chữ b."), ("3².", "Ba.")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    ["1[2] là số", "Điều 2 (1) của Luật", "Điều 2[2] và Điều 3", "Điều 2[2] của Luật", "[2] Ghi chú", "a[1] = 5"],
)
def test_other_brackets_begin_no_provision(line: str) -> None:
    assert nodes(line) == []


@pytest.mark.parametrize("mark", ["[3]", " [3]", "[3],[4]", "(*)", "**", "⁽³⁾", "³"])
@pytest.mark.parametrize("head", ["Phần I", "Phần thứ nhất", "Chương II", "Mục I", "Tiểu mục II"])
def test_a_part_with_a_mark_keeps_its_title_below(mark: str, head: str) -> None:
    [(_, label, heading, _), (ref, *_)] = nodes(f"{head}{mark}\nCÂY TO\nCÂY NHỎ\nĐiều 2. Hai\nChữ hai.")

    assert (label, heading, ref) == (head, f"{mark.strip()} CÂY TO CÂY NHỎ", "dieu-2")


@pytest.mark.parametrize("line", ["Chương II[3]. Cây", "Chương II.[3] Cây", "Chương II [3]: Cây", "CHƯƠNG II[3] CÂY"])
def test_a_mark_stands_on_either_side_of_the_full_stop(line: str) -> None:
    [(ref, label, heading, _), _] = nodes(f"{line}\nĐiều 2. Hai\nChữ hai.")

    assert (ref, (label or "").lower(), (heading or "").lower()) == ("chuong-ii", "chương ii", "[3] cây")


@pytest.mark.parametrize("mark", ["2[3].", "2³.", "2(*)."])
def test_a_part_with_an_arabic_number_has_its_mark_apart_but_for_a_raised_figure(mark: str) -> None:
    [(ref, label, heading, _), _] = nodes(f"Mục {mark}\nCÂY TO\nĐiều 2. Hai\nChữ hai.")

    assert ref.startswith("muc-2")
    assert f"{label} {heading}".replace(" ", "") == f"Mục {mark.replace('.', '')}CÂYTO".replace(" ", "")


def test_numbers_within_clauses_and_numbers_without_articles_have_marks() -> None:
    annex = "PHỤ LỤC I[5]\nDANH MỤC CÂY\n(Kèm theo Quyết định số 5/2023/QĐ-UBND)\nI[2]. Cây to\n1[3]. Sến\nII.³ Cây nhỏ"
    found = nodes(f"Điều 2. Hai\n1. Một:\n1.1[2]. Một một;\n1.2.[3] Một hai;\na*) Chữ a.\n{annex}")
    assert [(label, heading, text) for _, label, heading, text in found[1:]] == [
        ("1.", None, "Một:"),
        ("1.1.", None, "[2] Một một;"),
        ("1.2.", None, "[3] Một hai;"),
        ("a)", None, "* Chữ a."),
        ("PHỤ LỤC I", "[5] DANH MỤC CÂY", "(Kèm theo Quyết định số 5/2023/QĐ-UBND)"),
        ("I.", "[2] Cây to", None),
        ("1.", "[3] Sến", None),
        ("II.", "³ Cây nhỏ", None),
    ]


@pytest.mark.parametrize("mark", ["[5]", "(*)", "⁵"])
def test_annexes_without_a_number_have_marks(mark: str) -> None:
    note = "(Kèm theo Quyết định số 5/2023/QĐ-UBND)"
    text = (
        f"Điều 2. Hai\nHai.\nPHỤ LỤC{mark}\nDANH MỤC CÂY\n{note}{mark}\nSến.\nQUY CHẾ{mark}\nTrồng cây\n{note}\nTrồng."
    )
    assert [(label, heading, words) for _, label, heading, words in nodes(text)[1:]] == [
        ("PHỤ LỤC", f"{mark} DANH MỤC CÂY", f"{note}{mark}\nSến."),
        (None, f"QUY CHẾ{mark} Trồng cây", f"{note}\nTrồng."),
    ]


@pytest.mark.parametrize("mark", ["[3]", " [3]", "(*)", "*", "⁽³⁾", "³", "[3],[4]"])
def test_marks_are_no_part_of_header_bases_and_closing(mark: str) -> None:
    found = parse_document(
        f"BỘ CÔNG THƯƠNG{mark}\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM{mark}\nSố: 12/2023/TT-BCT{mark}\n"
        f"Hà Nội, ngày 01 tháng 8 năm 2023{mark}\nTHÔNG TƯ{mark}\nQuy định trồng cây{mark}\n"
        f"Căn cứ Luật Đất đai;{mark}\nQUYẾT ĐỊNH:{mark}\nĐiều 1. Trồng cây.\n"
        f"Nơi nhận{mark}:    BỘ TRƯỞNG{mark}\n- Các sở{mark};    Nguyễn Văn A{mark}\n"
    )

    assert (found.number, found.type, found.title) == ("12/2023/TT-BCT", "Thông tư", "Quy định trồng cây")
    assert (found.issuers, found.bases, found.recipients) == (
        ("Bộ Công Thương",),
        ("Căn cứ Luật Đất đai",),
        ("Các sở",),
    )
    assert [(signer.name, signer.title) for signer in found.signers] == [("Nguyễn Văn A", "BỘ TRƯỞNG")]
    assert [node["ref"] for node in found.nodes] == ["doan-1", "dieu-1"]
    assert found.doubts == ()


@pytest.mark.parametrize(
    ("line", "number", "note"),
    [("Chương 2³", "2³", ""), ("Chương II³", "II", "³"), ("Điều 15²", "15²", ""), ("Phụ lục 1²", "1²", "")],
)
def test_a_raised_figure_stays_in_an_arabic_number_and_is_a_note_after_a_roman_one(
    line: str, number: str, note: str
) -> None:
    label = match_numbering(AlignedText(line))

    assert label is not None
    assert (label.number, label.note) == (number, note)


def test_marks_within_a_title_are_no_part_of_it() -> None:
    found = parse_document(TEXT.replace("QUYẾT ĐỊNH\nTrồng", "QUYẾT ĐỊNH[1] TRỒNG CÂY(*)\nTrồng").format(""))
    assert (found.type, found.title) == ("Quyết định", "Trồng cây")


@pytest.mark.parametrize("title", ["Thu hồi 500 m²", "Bảng giá (đồng/m²)", "Xếp hạng khách sạn 5*", "Vùng 10³ km² đất"])
def test_units_and_powers_in_a_title_are_no_marks_of_footnotes(title: str) -> None:
    assert parse_document(TEXT.replace("Trồng cây xanh", title).format("")).title == title


@pytest.mark.parametrize("line", ["THÔNG TƯ.[3]", "THÔNG TƯ-A", "QUYẾT ĐỊNH._"])
def test_signs_beside_the_type_break_nothing(line: str) -> None:
    assert parse_document(TEXT.replace("QUYẾT ĐỊNH", line).format("")).number == "5/2023/QĐ-UBND"


def test_a_mark_after_the_end_of_a_sentence_or_quotation_leaves_it_an_end() -> None:
    found = nodes("Điều 2. Hai\n1. Sửa:\n“Điều 7. Cũ\ncũ.”[3]\nvà thêm câu cuối cùng dài dòng.[4]\nđoạn sau.")
    assert [(ref, text) for ref, _, _, text in found[1:]] == [
        ("dieu-2/khoan-1", "Sửa:\n“Điều 7. Cũ\ncũ.”[3]\nvà thêm câu cuối cùng dài dòng.[4]\nđoạn sau.")
    ]
