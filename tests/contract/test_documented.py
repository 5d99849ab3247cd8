"""Everything public is documented where users meet it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.cli import MODULES, load_commands
from hub.settings import Settings
from hub.web.error_page import error_classes, error_page

DOCS = Path(__file__).resolve().parents[2] / "docs"


def commands() -> list[str]:
    brought: dict[str, Any] = {}
    for module in dict.fromkeys(MODULES.values()):
        brought |= load_commands(module)
    found = []
    for name, command in brought.items():
        inner = getattr(command, "commands", None)
        found += [f"{name} {one}" for one in inner] if inner else [name]
    return found


def test_every_setting_is_listed_with_its_variable() -> None:
    listed = (DOCS / "settings.md").read_text("utf-8")

    assert [name for name in Settings.model_fields if f"`HUB_{name.upper()}`" not in listed] == []
    assert [name for name in re.findall(r"`HUB_(\w+)`", listed) if name.lower() not in Settings.model_fields] == []
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_list_of_settings_has_their_groups_order_defaults_and_descriptions() -> None:
    listed = (DOCS / "settings.md").read_text("utf-8")
    source = (DOCS.parent / "hub" / "settings.py").read_text("utf-8")

    assert re.findall(r"^## (.+)$", listed, re.MULTILINE) == re.findall(r"^    # (.+)$", source, re.MULTILINE)
    assert re.findall(r"^\| (`HUB_\w+` \| .+ \| .+) \|$", listed, re.MULTILINE) == [
        f"`HUB_{name.upper()}` | {default_of(field.default)} | {field.description}"
        for name, field in Settings.model_fields.items()
    ]


def default_of(value: Any) -> str:
    if value in (None, ()):
        return "—"
    return f"`{', '.join(value) if isinstance(value, tuple) else value}`"


def test_every_command_is_listed_and_explains_itself() -> None:
    listed = (DOCS / "commands.md").read_text("utf-8")

    assert {name.split()[0] for name in commands()} == MODULES.keys()
    assert [name for name in commands() if f"## `hub {name}`" not in listed] == []
    assert [name for name in re.findall(r"## `hub ([^`]+)`", listed) if name not in commands()] == []


@pytest.mark.parametrize("error", list(error_classes()), ids=lambda error: error.__name__)
def test_every_error_is_a_noun_with_a_code_a_status_and_an_explanation(error) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", error.code)
    assert 400 <= error.status <= 599
    assert error.title
    assert error.__doc__
    assert f'id="{error.code}"' in error_page()


def doubts() -> Iterator[str]:
    """The sentences of the doubts about documents and pages, with `…` for values."""
    root = DOCS.parent
    for folder in ("hub/legal", "ingest/extraction", "ingest/sources/pipeline"):
        for path in sorted((root / folder).rglob("*.py")):
            source = path.read_text("utf-8")
            # Those about citations concern other documents.
            if re.search(r"\bDoubt\(|warnings\.append", source) and "citations" not in path.parts:
                yield from sentences(ast.parse(source))


def sentences(tree: ast.Module) -> Iterator[str]:
    """Texts of four words or more that end with a full stop; neither docstrings nor messages of errors and logs."""
    others: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            others.update(ast.walk(node))
        elif isinstance(node, ast.JoinedStr):
            others.update(part for part in ast.walk(node) if part is not node)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and node not in others:
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            words = "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)
            if words.endswith(".") and len(words.split()) > 3:
                yield words


def test_every_doubt_is_listed() -> None:
    section = (DOCS / "reading.md").read_text("utf-8").split("\n## Doubts", 1)[1].split("\n## ", 1)[0]
    listed = re.findall(r"^- (.+)$", section, re.MULTILINE)

    assert sorted(set(doubts()) - set(listed)) == []
    assert sorted(set(listed) - set(doubts())) == []
    assert len(listed) == len(set(listed))


def test_no_two_errors_share_a_code() -> None:
    codes = [error.code for error in error_classes()]

    assert len(codes) == len(set(codes))


def test_every_decision_names_its_rule_and_its_guard() -> None:
    records = sorted((DOCS / "decisions").glob("[0-9]*.md"))

    assert records
    for record in records:
        text = record.read_text("utf-8")
        assert "**Rule.**" in text, record.name
        assert "**Guard.**" in text, record.name
