"""Completion of policies: number, type, issuers, dates and title. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from hub.domain.incomplete_content import IncompleteContent, is_code
from hub.domain.kinds.absent_members import MissingMember
from hub.domain.kinds.policy import DateRole
from hub.domain.loose_values import match_members, read_day, read_list, read_text, show_value
from hub.legal.agency_names import split_issuers
from hub.legal.derivation import (
    UNKNOWN_TYPE,
    derive_issuers,
    derive_number,
    derive_title,
    derive_type,
    has_words,
    read_number,
    shorten,
)
from hub.legal.numbers import parse_number, rejoin_number
from hub.legal.types import canonical_type
from hub.text import one_line

MAX_TITLE, MAX_TYPE, MAX_ISSUERS, MAX_DATES, MAX_NUMBER = 2_000, 80, 20, 12, 100
UNKNOWN_SOURCE = "Nguồn không nói rõ"
"""The source of a date that comes without one."""
_DATE_MEMBERS = frozenset({"role", "on", "source", "note"})
_ROLES = {"issued_on": "issued", "effective_on": "effective", "expires_on": "expiry", "date": "issued"}


def complete_policy(partial: IncompleteContent) -> None:
    """Complete the facts of a policy, in the order in which one follows from another."""
    _swap_back(partial)
    join_number(partial.content)
    _complete_number(partial)
    _complete_type(partial)
    _complete_issuers(partial)
    _complete_dates(partial)
    _complete_title(partial)
    content = partial.content
    missing = []
    if not content.get("issuers"):
        content["issuers"] = []
        missing.append(MissingMember.issuers)
        partial.doubt("issuers", "Nobody says who issued the document.")
    if issue_day(content) is None:
        missing.append(MissingMember.dates)
        partial.doubt("dates", "The source has no date of issue.")
    if missing:
        content["missing"] = [member.value for member in missing]


def join_number(content: dict[str, Any]) -> bool:
    """Put a number together that was cut in two, its rest at the beginning of the title; True if it was."""
    number, title = content.get("number"), content.get("title")
    if isinstance(number, int) and not isinstance(number, bool):
        number = str(number)
    if not isinstance(number, str) or not isinstance(title, str):
        return False
    whole, rest = rejoin_number(number, title)
    # A number that is only written in another way stays as it is here.
    if rest == one_line(title):
        return False
    content["number"], content["title"] = whole, rest
    return True


def issue_day(content: Mapping[str, Any]) -> date | None:
    """The date of issue of a content that is being completed."""
    for each in content.get("dates") or ():
        if isinstance(each, Mapping) and each.get("role") == DateRole.issued:
            return read_day(each.get("on"))[0]
    return None


def _swap_back(partial: IncompleteContent) -> None:
    """Put title, number and type back in their places, where two of them were exchanged beyond doubt."""
    content = partial.content
    title, number, kind = (value if isinstance(value := content.get(name), str) else "" for name in _SWAPPED)
    if title and number and parse_number(title) and not parse_number(number):
        content["title"], content["number"] = number, title
        partial.doubt("number", "Number and title were exchanged.")
    elif title and kind and canonical_type(title) and not canonical_type(kind):
        content["title"], content["type"] = kind, title
        partial.doubt("type", "Type and title were exchanged.")
    elif kind and number and parse_number(kind) and canonical_type(number):
        content["type"], content["number"] = number, kind
        partial.doubt("number", "Number and type were exchanged.")


_SWAPPED = ("title", "number", "type")


def _complete_number(partial: IncompleteContent) -> None:
    content = partial.content
    given = read_text(content.get("number"))
    number = read_number(given) if given and len(given) <= MAX_NUMBER else None
    if number is not None:
        content["number"] = number
        return
    found = derive_number(given, partial.name, read_text(content.get("title")))
    if content.get("number") not in (None, "") and (given is None or any(map(str.isalnum, given))):
        partial.drop("number", "The value is not the number of a document")
    else:
        content.pop("number", None)
    if found is not None and parse_number(found) and len(found) <= MAX_NUMBER:
        partial.derive("number", found)


def _complete_type(partial: IncompleteContent) -> None:
    content = partial.content
    given = one_line(read_text(content.get("type")) or "")
    if has_words(given):
        content["type"] = given
        if len(given) > MAX_TYPE:
            content["type"] = shorten(given, MAX_TYPE)
            partial.doubt("type", f"The value is too long for a type: {show_value(given)}")
        return
    found, is_certain = derive_type(content.get("number"), partial.name, read_text(content.get("title")))
    partial.derive("type", found, is_certain=is_certain)


def _complete_issuers(partial: IncompleteContent) -> None:
    content = partial.content
    issuers: list[dict[str, Any]] = []
    for item in read_list(content.get("issuers")) or []:
        is_object = isinstance(item, Mapping)
        text = one_line(read_text(item.get("name") if is_object else item) or "")
        code = read_text(item.get("code")) if is_object else None
        if not has_words(text):
            if code and is_code(code):
                partial.keep_words("issuers", code)
                partial.doubt("issuers", f"An issuer has no name, only the code `{code}`.")
            elif item not in (None, "", {}, []):
                partial.doubt("issuers", f"An issuer has no name; it was left out: {show_value(item)}")
            continue
        names = [text] if is_object else split_issuers(text)
        issuers += [
            {"name": shorten(name, MAX_TITLE), "code": code if code and is_code(code) else None} for name in names
        ]
    if len(issuers) > MAX_ISSUERS:
        rest = "; ".join(each["name"] for each in issuers[MAX_ISSUERS:])
        partial.doubt("issuers", f"There are {len(issuers)}; these were left out: {show_value(rest)}")
    if issuers:
        content["issuers"] = issuers[:MAX_ISSUERS]
    elif names := derive_issuers(content.get("number")):
        partial.derive("issuers", [{"name": name, "code": None} for name in names])
    else:
        content.pop("issuers", None)


def _complete_dates(partial: IncompleteContent) -> None:
    content = partial.content
    given = content.get("dates")
    if isinstance(given, Mapping) and not _DATE_MEMBERS & given.keys():
        given = [{"role": _ROLES.get(name, name), "on": value} for name, value in given.items()]
    dates = []
    for item in read_list(given) or []:
        if item is None:
            continue
        one, others, read_as = (
            match_members(item, _DATE_MEMBERS)
            if isinstance(item, Mapping)
            else ({"role": "issued", "on": item}, {}, {})
        )
        day, is_certain = read_day(one.get("on"))
        role = _role(one.get("role"), alone=len(read_list(given) or []) == 1)
        if day is None or role is None:
            partial.doubt("dates", f"A date cannot be read; it was left out: {show_value(item)}")
            continue
        source = one_line(read_text(one.get("source")) or "") or UNKNOWN_SOURCE
        note = one_line(read_text(one.get("note")) or "") or None
        dates.append({"role": role, "on": day.isoformat(), "source": source, **({"note": note} if note else {})})
        if not is_certain or others or read_as or one.get("role") != role:
            partial.doubt("dates", f"{show_value(item)} was read as {role} on {day.isoformat()}.")
    content["dates"] = dates[:MAX_DATES]


def _role(value: Any, *, alone: bool) -> str | None:
    text = one_line(read_text(value) or "").lower()
    if text in frozenset(DateRole):
        return text
    near, _, _ = match_members({text: True}, frozenset(role.value for role in DateRole))
    return next(iter(near), None) or _ROLES.get(text) or (DateRole.issued.value if alone and not text else None)


def _complete_title(partial: IncompleteContent) -> None:
    content = partial.content
    given = one_line(read_text(content.get("title")) or "")
    if has_words(given):
        content["title"] = given
        partial.shorten("title")
        return
    names = [each["name"] for each in content.get("issuers") or ()]
    kind = None if content.get("type") == UNKNOWN_TYPE else content.get("type")
    found = derive_title(kind, content.get("number"), names, issue_day(content), content.get("nodes") or ())
    if found is None and partial.name and not partial.name.startswith("sha256:"):
        found = (shorten(one_line(partial.name), MAX_TITLE), False)
    if found is None:
        content.pop("title", None)
        return
    partial.derive("title", found[0], is_certain=found[1])
