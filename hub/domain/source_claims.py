"""What a source says of a document's facts, and where that differs from what the document says, pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub.domain.fingerprints import issue_date, issuer_names
from hub.legal.numbers import number_key, parse_number
from hub.text import fold, one_line

DATE_ROLES = ("issued", "effective", "expiry")


@dataclass(frozen=True)
class Conflict:
    """One fact that a source gives otherwise than the document: `field` is number, issuers, title, or a date's role."""

    field: str
    claimed: str
    held: str


def claims_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that a content states: `{"title", "number", "issuers", "issued", "effective", "expiry"}`, if given."""
    said: dict[str, Any] = {"title": one_line(content.get("title") or "")}
    said["number"] = content.get("number")
    said["issuers"] = "; ".join(one["name"] for one in content.get("issuers") or () if one.get("name"))
    for one in reversed(content.get("dates") or ()):  # the first of a role counts
        if one.get("role") in DATE_ROLES:
            said[one["role"]] = str(one["on"])
    return {field: value for field, value in said.items() if value}


def conflicts_of(claims: Mapping[str, Any], content: Mapping[str, Any]) -> tuple[Conflict, ...]:
    """Where claims differ from a content. What only one of them says is no conflict, nor is another spelling."""
    held = claims_of(content)
    year = on.year if (on := issue_date(content)) else None
    return tuple(
        Conflict(field, str(claims[field]), str(held[field]))
        for field in ("number", "issuers", "title", *DATE_ROLES)
        if field in claims
        and field in held
        and _comparison_key(field, claims[field], year) != _comparison_key(field, held[field], year)
    )


def _comparison_key(field: str, value: str, year: int | None) -> str:
    if field == "number":
        number = parse_number(value)
        return number_key(f"{number.serial}/{number.year or year}/{number.symbol}" if number and year else value)
    if field == "issuers":
        names = [{"name": name} for name in value.split("; ")]
        return "; ".join(sorted(fold(name) for name in issuer_names({"issuers": names})))
    return fold(value) if field == "title" else value
