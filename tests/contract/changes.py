"""How two states of a contract differ: what is removed, changed or added, and whether a program can break on it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLEnumType, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, build_schema
from graphql.utilities import find_schema_changes
from graphql.utilities.find_schema_changes import BreakingChangeType, SafeChangeType

from tests.contract.rest import SENT, Lines

_PARAMETER = "?^:"


@dataclass(frozen=True)
class Change:
    """One difference."""

    names: tuple[str, ...]
    """What a line of the changelog has to name: all of these."""
    said: str
    breaking: bool = False


def rest_changes(old: Lines, new: Lines) -> Iterator[Change]:
    """Differences of the REST contract in short. What is new as a whole is one difference."""
    for owner in sorted(old.keys() | new.keys()):
        plain = owner.removeprefix(SENT)
        if owner not in new:
            # Whatever referred to a shape that is removed has changed, and says so itself.
            yield Change((plain,), f"{owner} was removed", breaking=" /" in owner)
        elif owner not in old:
            yield Change((plain,), f"{owner} was added")
        else:
            yield from _members(owner, old[owner], new[owner])


def _members(owner: str, before: dict[str, str], after: dict[str, str]) -> Iterator[Change]:
    plain, sent, operation = owner.removeprefix(SENT), owner.startswith(SENT), " /" in owner
    old, new = _plain(before), _plain(after)
    for name in sorted(old.keys() | new.keys()):
        bare = name.lstrip(_PARAMETER)
        names = (plain.split(" ")[-1], bare) if operation else (f"{plain}.{bare}",)
        asked = sent or name[0] in _PARAMETER or (operation and name == "body")
        if name not in new:
            yield Change(names, f"{owner}: {name} was removed", breaking=name != "deprecated")
        elif name not in old:
            required = new[name][0]
            # An addition is named by itself: a parameter comes to many addresses at once.
            yield Change(names[-1:], f"{owner}: {name} was added", breaking=asked and required)
        else:
            (was_required, was), (is_required, is_) = old[name], new[name]
            if name[0] in _PARAMETER:
                was, is_ = _not_null(was), _not_null(is_)
            if not asked and is_required and not was_required:
                yield Change(("required",), f"{owner}: {name} is always there")
                was_required = True
            if not asked and was != is_ and was == re.sub(r"\bstring date-time\b", "string", is_):
                yield Change(("date-time",), f"{owner}: {name} has the format date-time", breaking=True)
                was = is_
            if (was_required, was) == (is_required, is_):
                continue
            worse = is_required > was_required if asked else is_required < was_required
            yield Change(
                names,
                f"{owner}: {name} was `{was}`{' (required)' * was_required}, is `{is_}`{' (required)' * is_required}",
                breaking=worse or (was != is_ and not _wider(was, is_, asked=asked)),
            )


def _plain(members: dict[str, str]) -> dict[str, tuple[bool, str]]:
    return {name.rstrip("!"): (name.endswith("!"), value) for name, value in members.items()}


def _not_null(kind: str) -> str:
    """What a parameter may be: one without a value is left out, so `null` says nothing."""
    return " | ".join(one for one in kind.split(" | ") if one != "null")


def _wider(was: str, is_: str, *, asked: bool) -> bool:
    """Whether all that was possible still is; what clients read may gain values, but not null."""
    before, after = set(was.split(" | ")), set(is_.split(" | "))
    return before < after and (asked or "null" not in after - before)


def graphql_changes(old: str, new: str) -> Iterator[Change]:
    """Differences of two texts in GraphQL's schema language, by the rules of graphql-core; words do not count."""
    before, after = build_schema(old), build_schema(new)
    for change in find_schema_changes(before, after):
        if change.type is not SafeChangeType.DESCRIPTION_CHANGED:
            breaking = isinstance(change.type, BreakingChangeType)
            yield Change((_name(change.description),), change.description.rstrip("."), breaking)
    deprecated = _deprecated(before)
    for name in _deprecated(after) - deprecated:
        yield Change((name,), f"{name} is deprecated")


def _name(description: str) -> str:
    """The field, argument's field or type that a description begins with."""
    found = re.search(r"\w+\.\w+|@\w+", description) or re.search(
        r"\b(?!Standard|Field|Argument|Enum|Directive|An?\b)[A-Z]\w*", description
    )
    assert found, description
    return found[0]


def _deprecated(schema: GraphQLSchema) -> set[str]:
    found = set()
    for name, made in schema.type_map.items():
        parts: dict[str, Any] = {}
        if isinstance(made, GraphQLObjectType | GraphQLInterfaceType):
            parts = made.fields
        elif isinstance(made, GraphQLEnumType):
            parts = made.values
        found |= {f"{name}.{part}" for part, said in parts.items() if said.deprecation_reason}
    return found


def renames(changelog: str) -> dict[str, str]:
    """Read the table of renamed components and types in the newest section of a changelog: old name to new name."""
    section = re.split(r"^## ", changelog, flags=re.MULTILINE)[1]
    return dict(re.findall(r"^\| `([\w-]+)` \| `(\w+)` \|", section, flags=re.MULTILINE))


def apply_renames(contract: str, renamed: dict[str, str]) -> str:
    """Rewrite a promised contract with the new names, so that only other differences remain."""
    return re.sub(r"\b[\w-]+\b", lambda word: renamed.get(word[0], word[0]), contract)


def unnamed(changes: Iterable[Change], changelog: str) -> list[str]:
    """The changes that the newest section of a changelog does not name, each with what is missing."""
    section = re.split(r"^## ", changelog, flags=re.MULTILINE)[1]
    bullets = re.split(r"^- ", section, flags=re.MULTILINE)[1:]
    found = []
    for change in changes:
        told = [bullet for bullet in bullets if all(_names(bullet, name) for name in change.names)]
        if not told:
            found.append(f"{change.said}: no line of CHANGELOG.md names {_quoted(change)}")
        elif change.breaking and not any("**Breaking**" in bullet for bullet in told):
            found.append(f"{change.said}: the line that names {_quoted(change)} does not say **Breaking**")
    return found


def _names(bullet: str, name: str) -> bool:
    """Whether a bullet has the name in code marks, alone or with its method, arguments or parameters around it."""
    return re.search(rf"`(?:[A-Z]+ |[?^:])?{re.escape(name)}(?:[(?!:][^`]*)?`", bullet) is not None


def _quoted(change: Change) -> str:
    return " and ".join(f"`{name}`" for name in change.names)
