"""Claims of a source about the facts of a document, and their conflicts with the document. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub.domain.fingerprints import issue_date, issuer_names
from hub.legal.numbers import number_key, parse_number
from hub.text import fold, one_line

DATE_ROLES = ("issued", "effective", "expiry")


@dataclass(frozen=True)
class Conflict:
    """A fact that a source states differently from the document: number, issuers, title or the role of a date."""

    field: str
    claimed: str
    held: str


def claims_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """Extract the facts that a content states: title, number, issuers, issued, effective and expiry, if given."""
    facts: dict[str, Any] = {"title": one_line(content.get("title") or "")}
    facts["number"] = content.get("number")
    facts["issuers"] = "; ".join(one["name"] for one in content.get("issuers") or () if one.get("name"))
    for one in reversed(content.get("dates") or ()):  # the first date of a role counts
        if one.get("role") in DATE_ROLES:
            facts[one["role"]] = str(one["on"])
    return {field: value for field, value in facts.items() if value}


def conflicts_of(claims: Mapping[str, Any], content: Mapping[str, Any]) -> tuple[Conflict, ...]:
    """List the claims that differ from a content.

    A fact that only one of them states is no conflict, nor is a different spelling of it.
    """
    stated = claims_of(content)
    year = on.year if (on := issue_date(content)) else None
    return tuple(
        Conflict(field, str(claims[field]), str(stated[field]))
        for field in ("number", "issuers", "title", *DATE_ROLES)
        if field in claims
        and field in stated
        and _comparison_key(field, claims[field], year) != _comparison_key(field, stated[field], year)
    )


def _comparison_key(field: str, value: str, year: int | None) -> str:
    if field == "number":
        number = parse_number(value)
        return number_key(f"{number.serial}/{number.year or year}/{number.symbol}" if number and year else value)
    if field == "issuers":
        names = [{"name": name} for name in value.split("; ")]
        return "; ".join(sorted(fold(name) for name in issuer_names({"issuers": names})))
    return fold(value) if field == "title" else value
