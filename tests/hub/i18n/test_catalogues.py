"""Both catalogues have the same keys, every key that code or a template uses exists, and every key is used."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from jinja2 import nodes

from hub.domain.kinds import BY_PLURAL, KINDS
from hub.domain.kinds.bulletin import Channel, Priority
from hub.domain.kinds.draft import ConsultationState
from hub.domain.kinds.policy import LegalForce
from hub.domain.types import RelationType
from hub.embed.params import Theme
from hub.guides.catalogue import GROUPS
from hub.home.entry import LINKS, RESOURCES
from hub.i18n.catalogues import LANGUAGES, format_date, load_catalogue, texts, translate
from hub.web.error_pages import CODE_GROUPS, group_of
from hub.web.templates import ENVIRONMENT

HUB = Path(__file__).parents[3] / "hub"
TEMPLATE_GROUPS = {
    "landing.html": "home",
    "embed.html": "embed",
    "embed_feed.html": "embed",
    "embed_consultation.html": "embed",
    "document.html": "document",
    "document_answers.html": "document",
    "error.html": "error_pages",
    "guide_layout.html": "guides",
    "guide.html": "guides",
    "guides.html": "guides",
    "changelog.html": "guides",
    "mail.html": "mail",
    "problems.html": "problems",
    "deprecations.html": "deprecations",
}
"""The group of texts that a template gets as `words`."""
QUESTION_PARTS = ("subject", "title", "lead", "button", "why")
"""Parts of a mail that asks for a confirmation, or tells that there is nothing to confirm."""
CHOSEN_BY_NAME = {
    f"embed.{snippet}{suffix}"
    for snippet in ("feed", "search", "frame", "height", "pinned")
    for suffix in ("", "_about")
} | {f"mail.{question}_{part}" for question in ("confirm", "already") for part in QUESTION_PARTS}
"""Keys that a template or a module looks up by a name: `words[id]`."""
CHOSEN_BY_VALUE: dict[str, set[str]] = {
    "kinds": {*KINDS},
    "short_kinds": {*KINDS},
    "home.kinds": {*KINDS},
    "entry.resources": {name for name, _, _ in RESOURCES},
    "entry.links": {name for name, _, _ in LINKS},
    "embed.kinds": {*KINDS},
    "guides.groups": {*GROUPS},
    "embed.themes": {*Theme},
    "lists": {"all", *BY_PLURAL},
    "list_descriptions": {"all", *BY_PLURAL},
    "home.feeds": {"all", *BY_PLURAL},
    "legal_force": {*LegalForce} - {LegalForce.unknown},
    "facets.high_impact": {"true", "false"},
    "facets.consultation": {*ConsultationState},
    "facets.channel": {*Channel},
    "facets.priority": {*Priority},
    "relations.out": {*RelationType},
    "relations.in": {*RelationType},
}
"""Groups from which a value of the domain picks a text."""
CHOSEN_BY_ERROR = {
    f"error_pages.{group}.{part}"
    for group in {*CODE_GROUPS.values(), *(group_of(status) for status in HTTPStatus if status >= 400)}
    for part in ("title", "text")
}
"""Texts that the code or the status of an error picks."""


@cache
def syntax_trees() -> dict[Path, list[ast.AST]]:
    """The nodes of every module that translates anything."""
    sources = {path: path.read_text("utf-8") for path in HUB.rglob("*.py")}
    return {path: list(ast.walk(ast.parse(text))) for path, text in sources.items() if "hub.i18n" in text}


def key_patterns() -> Iterator[tuple[str, str]]:
    """Every key that Python asks `translate` for, as a regular expression, with the place of the call."""
    for path, found in syntax_trees().items():
        for node in found:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "translate":
                key = node.args[1]
                parts = key.values if isinstance(key, ast.JoinedStr) else [key]
                pattern = "".join(
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in parts
                )
                yield pattern, f"{path.relative_to(HUB)}:{node.lineno}"


def template_paths(name: str) -> Iterator[str]:
    """Dotted paths below `words` that a template prints, without those that lead to a longer one."""
    assert ENVIRONMENT.loader is not None
    tree = ENVIRONMENT.parse(ENVIRONMENT.loader.get_source(ENVIRONMENT, name)[0])
    for node in tree.find_all(nodes.Getattr):
        path, inner = [node.attr], node.node
        while isinstance(inner, nodes.Getattr):
            path.append(inner.attr)
            inner = inner.node
        if isinstance(inner, nodes.Name) and inner.name == "words":
            yield ".".join(part for part in reversed(path) if part != "items")


def keys_of_groups() -> Iterator[str]:
    """Keys that Python looks up in a group: `words["nav"]`. The room is named like its group."""
    for path, found in syntax_trees().items():
        for node in found:
            match node:
                case ast.Subscript(value=ast.Name("words"), slice=ast.Constant(str(name))):
                    yield f"{path.parent.name}.{name}"


def shape(value: Any) -> Any:
    return {name: shape(inner) for name, inner in value.items()} if isinstance(value, dict) else None


def test_both_languages_have_the_same_keys() -> None:
    vietnamese, english = (load_catalogue(lang) for lang in ("vi", "en"))

    assert shape(vietnamese.groups) == shape(english.groups)
    assert list(vietnamese.by_key) == list(english.by_key)
    assert all(text.strip() == text and text for lang in LANGUAGES for text in load_catalogue(lang).by_key.values())


def test_every_key_that_the_code_uses_exists() -> None:
    keys = load_catalogue("vi").by_key
    used = list(key_patterns())

    assert len(used) > 30
    assert [place for pattern, place in used if not any(re.fullmatch(pattern, key) for key in keys)] == []


@pytest.mark.parametrize("name", TEMPLATE_GROUPS)
def test_every_key_that_a_template_uses_exists(name: str) -> None:
    for path in template_paths(name):
        value: Any = texts("en", TEMPLATE_GROUPS[name])
        for part in path.split("."):
            assert part in value, f"{name}: words.{path}"
            value = value[part]


def test_every_key_is_used() -> None:
    patterns = [pattern for pattern, _ in key_patterns()]
    printed = {f"{group}.{path}" for name, group in TEMPLATE_GROUPS.items() for path in template_paths(name)}
    printed |= {*keys_of_groups(), *CHOSEN_BY_VALUE, *CHOSEN_BY_ERROR}

    unused = [
        key
        for key in load_catalogue("vi").by_key
        if not any(re.fullmatch(pattern, key) for pattern in patterns)
        and not any(key == path or key.startswith(f"{path}.") for path in printed)
        and key not in CHOSEN_BY_NAME
    ]
    assert unused == []


@pytest.mark.parametrize("group", CHOSEN_BY_VALUE)
def test_every_value_of_the_domain_has_a_text(group: str) -> None:
    found: Any = load_catalogue("vi").groups
    for part in group.split("."):
        found = found[part]

    assert found.keys() == CHOSEN_BY_VALUE[group]


def test_every_status_of_an_error_has_its_texts() -> None:
    assert {*load_catalogue("vi").by_key} >= CHOSEN_BY_ERROR


def test_other_languages_get_english_texts_and_an_unknown_key_is_an_error() -> None:
    assert translate("fr", "document.contents") == "Contents" == translate("en", "document.contents")
    assert (format_date("vi", "2026-02-14"), format_date("fr", "2026-02-14")) == ("14/02/2026", "14 February 2026")
    with pytest.raises(KeyError):
        translate("vi", "document.no_such_key")
