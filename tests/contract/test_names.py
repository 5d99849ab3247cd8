"""Names and first words: the rules of CONTRIBUTING, read from the syntax tree of the four packages.

Pure and fast: files are parsed, nothing is run but the command line's help, the settings and the metrics, which are
read where they are defined.
"""

import ast
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import DocumentNode, parse, visit
from graphql.language.visitor import Visitor
from prometheus_client import CollectorRegistry

from hub.cli import MODULES, app, load_commands
from hub.ops.metrics import REGISTRY
from hub.settings import Settings
from hub.web.error_page import error_classes

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("hub", "schema", "search", "ingest")


def frozen(text: str) -> frozenset[str]:
    return frozenset(text.split())


PARTICIPLES = frozen(
    """
    bought broken brought chosen done drawn fallen found given gone held hidden kept known laid left lost made meant met
    put said seen sent set shown spelt split spoken stood sunk taken thought told torn understood written
    """
)
"""Irregular ones. The regular ones end in `ed`."""

VERBS_AND_NOUNS = frozen("feed seed embed need exceed proceed succeed put set split")
"""Verbs in the imperative and nouns that look like a participle. `read`, `run`, `cut` and `spread` are not listed as
participles: as names they are always the verb or the noun."""

FIELD_TERMS = {
    "embedded": "programs that run inside the hub's process group",
    "gone": "410 Gone: no longer there",
    "expected": "what a baseline predicts, in the statistics of bursts",
    "observed": "the count that is compared with `expected`",
    "oembed": "the oEmbed protocol",
    "persisted": "persisted queries of GraphQL",
    "unauthenticated": "the error code `unauthenticated`",
    "updated": "the member `updated` of an Atom feed (RFC 4287)",
}
"""Participles that are terms of the field, with what they name."""

PRIVATE_WORDS = frozen(
    """
    anew aside asked asking beside bringing desk ease happening keeper perch purse stretch tell told twin whoever wish
    wording
    """
)
"""Words of an earlier private language: no part of a function's, class's or module's name."""

GERUNDS = {
    "closing": "the closing part of a legal document",
    "existing": "the existing records of the hub (an adjective)",
    "filtering": "filtering the entries of a log",
    "folding": "case folding and removal of diacritics",
    "listing": "a page or file that lists documents",
    "naming": "names of GraphQL types",
    "numbering": "numbering of provisions",
    "outgoing": "requests that the hub sends",
    "paging": "paging through a list by keyset",
    "publishing": "publishing of editions",
    "ranking": "ranking of hits",
    "routing": "routing of requests to routes",
    "signing": "signatures of messages",
    "spelling": "spelling suggestions",
}
"""Module and package names in -ing that are nouns of the field, with what they name."""

PRIVATE_MODULES = frozen(
    """
    about attached child cited dated expand front keeping kept letters live marks meili moments nightly related same
    served shown trail words
    """
)
"""Module names of an earlier tree which did not say what the module does."""

ROLE_CLASSES: dict[str, str] = {}
"""Public class names that may occur more than once, each with the reason."""

QUESTION = re.compile(r"\W*(What|Whatever|Whether|Who|Whoever|Whom|Whose|How|Where|Wherever|Which|Why)\b")


@cache
def modules() -> dict[str, ast.Module]:
    """Dotted name of each module of the four packages, and its syntax tree."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = ast.parse(path.read_text("utf-8"))
    return found


def functions() -> Iterator[tuple[str, str]]:
    """Each function and method, nested ones too: its module and its name."""
    for module, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield module, node.name


def classes() -> Iterator[tuple[str, str]]:
    for module, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                yield module, node.name


def is_participle(name: str) -> bool:
    """True for a name of one word which is a past participle."""
    word = "".join(words(name)) if len(words(name)) == 1 else ""
    if word in VERBS_AND_NOUNS or word in FIELD_TERMS:
        return False
    return word in PARTICIPLES or word.endswith("ed")


def words(name: str) -> set[str]:
    """The words of a name in snake case or camel case, in lower case."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)}


def test_no_function_or_class_is_named_by_a_bare_participle() -> None:
    assert [f"{module}.{name}" for module, name in [*functions(), *classes()] if is_participle(name)] == []


def test_no_function_class_or_module_is_named_in_private_words() -> None:
    names = [*functions(), *classes(), *((module, module.rsplit(".", 1)[-1]) for module in modules())]

    assert [f"{module}: {name}" for module, name in names if words(name) & PRIVATE_WORDS] == []


def test_no_module_is_named_by_a_gerund_a_participle_or_a_private_word() -> None:
    last = {module: module.rsplit(".", 1)[-1] for module in modules()}

    gerunds = {name for name in last.values() if name.endswith("ing") and "_" not in name}

    assert gerunds - GERUNDS.keys() == set()
    assert [module for module, name in last.items() if name in PRIVATE_MODULES or is_participle(name)] == []
    assert GERUNDS.keys() - gerunds == set(), "listed as a noun of the field, but no module has the name"


def test_no_public_class_name_occurs_twice() -> None:
    homes = defaultdict(list)
    for module, name in classes():
        if not name.startswith("_"):
            homes[name].append(module)
    twice = {name: found for name, found in homes.items() if len(found) > 1}

    assert {name: found for name, found in twice.items() if name not in ROLE_CLASSES} == {}
    assert ROLE_CLASSES.keys() - twice.keys() == set(), "listed as a role, but occurs once"


def room(module: str) -> str:
    """The package that is reported: two levels of the hub and of ingest, one of the others."""
    return ".".join(module.split(".")[: 2 if module.startswith(("hub.", "ingest.")) else 1])


@cache
def questions() -> dict[str, list[str]]:
    """Docstrings of modules, classes, functions and attributes whose summary begins with a question word, by room."""
    found = defaultdict(list)
    for module, tree in modules().items():
        for text in docstrings(tree):
            if QUESTION.match(text):
                found[room(module)].append(f"{module}: {text.strip().splitlines()[0]}")
    return found


def docstrings(tree: ast.Module) -> Iterator[str]:
    """Every string that stands alone as a statement: docstrings of modules, classes, functions, and of attributes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value


def test_no_docstring_begins_with_a_question_word() -> None:
    assert {package: texts for package, texts in questions().items() if texts} == {}


class Descriptions(Visitor):
    """Collects the descriptions of an SDL document."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def enter(self, node: Any, *_: Any) -> None:
        if (description := getattr(node, "description", None)) is not None:
            self.found.append(description.value)


def sdl_descriptions() -> list[str]:
    document: DocumentNode = parse((ROOT / "schema" / "schema.graphql").read_text("utf-8"))
    collector = Descriptions()
    visit(document, collector)
    return collector.found


def openapi_descriptions() -> list[str]:
    found: list[str] = []

    def collect(value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                collect(item)
        elif isinstance(value, dict):
            for key, item in value.items():
                if key in ("description", "summary") and isinstance(item, str):
                    found.append(item)
                elif key not in ("example", "examples", "default", "enum"):
                    collect(item)

    collect(json.loads((ROOT / "openapi.json").read_text("utf-8")))
    return found


def command_descriptions() -> list[str]:
    found = [str(app.info.help)]

    def collect(command: Any) -> None:
        found.extend(text for text in (command.help, command.short_help, command.epilog) if text)
        found.extend(parameter.help for parameter in command.params if getattr(parameter, "help", None))
        for inner in getattr(command, "commands", {}).values():
            collect(inner)

    for module in dict.fromkeys(MODULES.values()):
        for command in load_commands(module).values():
            collect(command)
    return found


def metric_descriptions(registry: CollectorRegistry = REGISTRY) -> list[str]:
    return [family.documentation for family in registry.collect()]


SURFACES: dict[str, Callable[[], list[str]]] = {
    "openapi": openapi_descriptions,
    "sdl": sdl_descriptions,
    "commands": command_descriptions,
    "settings": lambda: [field.description or "" for field in Settings.model_fields.values()],
    "metrics": metric_descriptions,
    "errors": lambda: [text for error in error_classes() for text in (error.title, error.__doc__ or "")],
}
FEWEST = {"openapi": 300, "sdl": 300, "commands": 60, "settings": 40, "metrics": 12, "errors": 20}
"""A walk that finds next to nothing proves nothing."""


@pytest.mark.parametrize("surface", SURFACES)
def test_no_public_description_begins_with_a_question_word(surface: str) -> None:
    texts = SURFACES[surface]()

    assert len(texts) >= FEWEST[surface]
    found = [text for text in texts if QUESTION.match(text)]
    assert found == []
