"""Marks of footnotes at the numbers of provisions neither hide a provision nor become a part of its number."""

import pytest

from hub.legal.document import parse_document

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
