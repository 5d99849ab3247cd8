"""The picture of the layers says what the lint checks, and the documents name files that exist."""

import re
import tomllib
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]


def contract() -> list[list[str]]:
    """Read the layers of the lint contract, highest first; an optional package keeps its brackets."""
    [layers] = [
        one["layers"]
        for one in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
        if one["name"] == "layers of the hub"
    ]
    return [[name.strip() for name in layer.split("|")] for layer in layers]


def picture() -> list[list[str]]:
    """Read the layers that docs/architecture.md draws, highest first, by following its arrows."""
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    [drawn] = re.findall(r"```mermaid\n(.*?)```", text, re.DOTALL)
    boxes = {box: [name.strip() for name in label.split("|")] for box, label in re.findall(r'(L\d+)\["(.*?)"\]', drawn)}
    arrows = dict(re.findall(r"^\s*(L\d+)(?:\[.*?\])? --> (L\d+)", drawn, re.MULTILINE))
    [top] = boxes.keys() - arrows.values()
    order = [top]
    while order[-1] in arrows:
        order.append(arrows[order[-1]])
    assert len(order) == len(boxes)
    return [boxes[box] for box in order]


def test_the_picture_of_the_layers_is_the_contract_of_the_lint() -> None:
    assert picture() == contract()


def test_every_import_inside_the_hub_goes_down_the_picture() -> None:
    level = {name.strip("()"): number for number, layer in enumerate(picture()) for name in layer}
    graph = grimp.build_graph("hub", exclude_type_checking_imports=True)
    packages = {module.split(".")[1] for module in graph.modules if "." in module}
    upward = [
        (importer, imported)
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if "." in importer and "." in imported and importer.split(".")[1] != imported.split(".")[1]
        if level[importer.split(".")[1]] >= level[imported.split(".")[1]]
    ]

    assert packages - level.keys() == set()
    assert upward == []


@pytest.mark.parametrize(
    "document",
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/decisions/*.md")],
    ids=lambda path: path.name,
)
def test_every_path_and_link_in_a_document_exists(document: Path) -> None:
    text = document.read_text("utf-8")
    paths = re.findall(r"`((?:hub|schema|search|ingest|tests|docs|alembic)/[\w./-]+)`", text)
    links = re.findall(r"\]\((?!https?:|#|/)([^)#\s]+)", text)

    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_document_is_listed_in_the_index_and_reached_from_the_readme() -> None:
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    readme = (ROOT / "README.md").read_text("utf-8")
    names = [path.name for path in (ROOT / "docs").glob("*.md") if path.name != "README.md"]

    assert [name for name in names if f"]({name})" not in index] == []
    assert [name for name in names if f"](docs/{name})" not in readme] == []
    assert len(readme.splitlines()) <= 90


def test_every_decision_is_in_the_index_under_its_title() -> None:
    index = (ROOT / "docs" / "decisions" / "README.md").read_text("utf-8")
    records = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))

    assert records
    for record in records:
        number, _, title = record.read_text("utf-8").splitlines()[0].removeprefix("# ").partition(" ")
        assert record.name.startswith(f"{number}-")
        assert f"| [{number}]({record.name}) | {title} |" in index
