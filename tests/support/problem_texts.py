"""The texts of errors in the code, found in the syntax tree: every English template that an answer may be made of."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from hub.errors import HubError
from hub.web.error_page import error_classes

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("hub", "schema", "search", "ingest")

OPERATORS = (
    "hub/before_squash.py",
    "hub/channels/drills/",
    "hub/cli/",
    "hub/demo/",
    "hub/embedded/",
    "hub/heap.py",
    "hub/jobs/clock_check.py",
    "hub/migrations.py",
    "hub/npm.py",
    "hub/press/headlines.py",
    "hub/settings.py",
    "hub/text_files.py",
    "ingest/spreadsheets/template_workbook.py",
    "schema/persisted/files.py",
    "search/meilisearch/",
    "search/question_index/",
    "search/text/synonyms.py",
)
"""Where errors are only printed on the operator's own terminal, in English like all that commands print."""

STORED = ("ingest/imports/", "ingest/sources/pipeline/")
"""Where errors become the reason that is kept beside a record that was set aside: what is marked as a text has a
Vietnamese form; the rest, such as what was found in a page, stays as it is."""

OPERATOR_ERRORS = frozenset({"SetupProblem", "ClockDiffers"})
"""Errors about the configuration: their title is translated, their detail is for whoever has the terminal."""

INTERNAL_VALUE_ERRORS = (
    *("hub/channels/mail/smtp.py", "hub/citations/queries.py", "hub/consultation/comment_files/"),
    *("hub/consultation/comments/commitments.py", "hub/deprecations.py", "hub/feeds/model.py", "hub/locks/registry.py"),
    *("hub/paging.py", "hub/sandbox/functions.py", "hub/web/pages.py", "hub/clocks/records.py"),
    *("hub/guides/changelog.py", "hub/guides/markdown.py", "hub/problem_texts/templates.py"),
)
"""Modules whose `ValueError` is caught by their own callers, or is a mistake of a programmer."""

BUILDERS = frozenset(
    {
        *("fill", "as_data", "as_words", "text_of", "list_names", "one_of", "all_of", "join_sentences"),
        "explain_message",
    }
)
"""Functions of `hub.problem_texts.templates`, and the table of messages of GraphQL."""

PASSED_ON = frozenset({"detail", "expected", "title"})
"""Attributes and members that hold a text which was checked where it was made."""


@dataclass
class FoundTexts:
    """The texts of one or more modules."""

    templates: dict[str, str] = field(default_factory=dict)
    """Place by template."""
    opaque: list[str] = field(default_factory=list)
    """Places of texts that no catalogue can translate: joined, formatted, or taken from elsewhere."""


@cache
def find_texts() -> FoundTexts:
    """Walk all packages."""
    found = FoundTexts()
    names = {error.__name__ for error in error_classes()} - OPERATOR_ERRORS
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            if place.startswith(("hub/problem_texts/", *OPERATORS)):
                continue
            walk = _ModuleWalk(place, ast.parse(path.read_text("utf-8")), names, found)
            if place.startswith(STORED):
                walk.run_marked()
            else:
                walk.run()
    return found


class _ModuleWalk:
    def __init__(self, place: str, tree: ast.Module, errors: set[str], found: FoundTexts):
        self.place, self.tree, self.errors, self.found = place, tree, errors, found
        self.parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        self.seen: set[ast.AST] = set()

    def run(self) -> None:
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.Call):
                continue
            name = _name(node.func)
            if name in self.errors or self._is_init_of_error(node):
                for text in (*node.args[:1], *_keywords(node, "detail", "expected")):
                    self._check(text)
            elif name == "PydanticCustomError":
                context = node.args[2]
                assert isinstance(context, ast.Dict), self._at(node)
                for key, value in zip(context.keys, context.values, strict=True):
                    if isinstance(key, ast.Constant) and key.value in PASSED_ON:
                        self._check(value)
            elif name == "ValueError" and not self.place.startswith(INTERNAL_VALUE_ERRORS):
                for text in node.args[:1]:
                    self._check(text, is_validator=True)
            elif name in ("fill", "as_words"):
                self._check(node)

    def run_marked(self) -> None:
        """Collect the texts that are marked as such alone."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and _name(node.func) in ("fill", "as_words"):
                self._check(node)

    def _is_init_of_error(self, node: ast.Call) -> bool:
        """`super().__init__(…)` or `cls(…)` in the class of an error."""
        if not (_name(node.func) == "__init__" or (isinstance(node.func, ast.Name) and node.func.id == "cls")):
            return False
        around: ast.AST | None = node
        while around is not None and not isinstance(around, ast.ClassDef):
            around = self.parents.get(around)
        return isinstance(around, ast.ClassDef) and around.name in self.errors and around.name != HubError.__name__

    def _check(self, text: ast.expr, *, is_validator: bool = False) -> None:
        if text in self.seen:
            return
        self.seen.add(text)
        match text:
            case ast.Constant(value=None):
                pass
            case ast.Constant(value=str(words)):
                self._add(words, text, is_validator=is_validator)
            case ast.IfExp(body=one, orelse=other):
                self._check(one, is_validator=is_validator)
                self._check(other, is_validator=is_validator)
            case ast.BoolOp(values=values):
                for each in values:
                    self._check(each, is_validator=is_validator)
            case ast.Call() if _name(text.func) == "fill":
                self._check_fill(text, is_validator=is_validator)
            case ast.Call(args=[ast.expr() as words]) if _name(text.func) == "as_words":
                self._check_words(words)
            case ast.Call() if _name(text.func) in BUILDERS:
                self._check_words_within(text)
            case ast.Attribute(attr=attr) if attr in PASSED_ON:
                pass
            case ast.Subscript(slice=ast.Constant(value=str(name))) if name in PASSED_ON:
                pass
            case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(name))]) if name in PASSED_ON:
                pass
            case ast.Await(value=value):
                self._check(value, is_validator=is_validator)
            case ast.Call(func=ast.Name(id=name)) if (made := self._function(name)) is not None:
                for node in ast.walk(made):
                    if isinstance(node, ast.Return) and node.value is not None:
                        self._check(node.value, is_validator=is_validator)
            case ast.Name():
                self._follow(text, is_validator=is_validator)
            case _:
                self.found.opaque.append(f"{self._at(text)}: {ast.unparse(text)}")

    def _check_words(self, words: ast.expr) -> None:
        """Check words that are marked for translation: constants here; what comes from a table is in `TABLES`."""
        match words:
            case ast.Constant() | ast.IfExp():
                self._check(words)
            case ast.BoolOp(values=values):
                for each in values:
                    self._check_words(each)
            case ast.Name():
                before = len(self.found.opaque)
                self._follow(words, is_validator=False)
                del self.found.opaque[before:]

    def _check_words_within(self, call: ast.Call) -> None:
        for node in ast.walk(call):
            if isinstance(node, ast.JoinedStr):
                self.found.opaque.append(f"{self._at(node)}: {ast.unparse(node)}")

    def _check_fill(self, call: ast.Call, *, is_validator: bool) -> None:
        template = call.args[0]
        if not (isinstance(template, ast.Constant) and isinstance(template.value, str)):
            self.found.opaque.append(f"{self._at(call)}: {ast.unparse(call)}")
            return
        self._add(template.value, call, is_validator=is_validator)
        for value in call.keywords:
            for node in ast.walk(value.value):
                # Words in a value stay English, unless they are a text of their own.
                if isinstance(node, ast.JoinedStr) or (_is_sentence(node) and not self._is_in_builder(node, call)):
                    self.found.opaque.append(f"{self._at(node)}: {ast.unparse(node)}")

    def _is_in_builder(self, node: ast.AST, outer: ast.Call) -> bool:
        around = self.parents[node]
        while around is not outer:
            if isinstance(around, ast.Call) and _name(around.func) in BUILDERS:
                return True
            around = self.parents[around]
        return False

    def _follow(self, name: ast.Name, *, is_validator: bool) -> None:
        """Check what a name stands for: an argument at every call, or what was assigned to it in function or module."""
        function = self._function_of(name)
        values: list[ast.expr] = []
        is_known = False
        while function is not None and not values and not is_known:
            values = list(_assigned(function, name.id))
            arguments = function.args
            names = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
            if name.id in names or name.id in [each.arg for each in arguments.kwonlyargs]:
                is_known = True
                at = names.index(name.id) - (names[0] in ("self", "cls")) if name.id in names else None
                values += self._passed_to(function.name, at, name.id)
            function = self._function_of(function)
        if not values and not is_known:
            values = list(_assigned(self.tree, name.id))
        if not values and not is_known and not self._is_checked_elsewhere(name):
            self.found.opaque.append(f"{self._at(name)}: {name.id}")
        for each in values:
            self._check(each, is_validator=is_validator)

    def _is_checked_elsewhere(self, name: ast.Name) -> bool:
        """A constant from another module, which `find_texts` sees there only if it is a template: look it up here."""
        for node in self.tree.body:
            if isinstance(node, ast.ImportFrom) and any(each.name == name.id for each in node.names):
                path = ROOT / f"{(node.module or '').replace('.', '/')}.py"
                if path.is_file():
                    values = list(_assigned(ast.parse(path.read_text("utf-8")), name.id))
                    for each in values:
                        self._check(each)
                    return bool(values)
        return False

    def _passed_to(self, function: str, at: int | None, name: str) -> Iterator[ast.expr]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and _name(node.func) == function:
                if at is not None and at < len(node.args):
                    yield node.args[at]
                yield from _keywords(node, name)

    def _function(self, name: str) -> ast.AST | None:
        kinds = ast.FunctionDef | ast.AsyncFunctionDef
        return next((one for one in self.tree.body if isinstance(one, kinds) and one.name == name), None)

    def _function_of(self, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        around: ast.AST | None = self.parents.get(node)
        while around is not None and not isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
            around = self.parents.get(around)
        return around

    def _add(self, words: str, node: ast.expr, *, is_validator: bool) -> None:
        if is_validator:
            member, colon, rest = words.partition(": ")
            words = rest if colon and " " not in member else words
        self.found.templates.setdefault(words, self._at(node))

    def _at(self, node: ast.AST) -> str:
        return f"{self.place}:{getattr(node, 'lineno', 0)}"


def _is_sentence(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value.strip()


def _name(function: ast.expr) -> str | None:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return None


def _keywords(call: ast.Call, *names: str) -> Iterator[ast.expr]:
    return (each.value for each in call.keywords if each.arg in names)


def _assigned(tree: ast.AST, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value) if any(
                isinstance(one, ast.Name) and one.id == name for one in targets
            ):
                yield value
            case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value) if found == name:
                yield value
            case ast.NamedExpr(target=ast.Name(id=found), value=value) if found == name:
                yield value
