"""Facets as readers see them: how many results share a value, and what the value is called."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from hub.registry.hierarchy import Registry

Facets = Mapping[str, Sequence[Mapping[str, Any]]]
"""By filter: values with label and count, most frequent first."""


def label_facets(counts: Mapping[str, Mapping[str, int]], known: Registry, day: date) -> Facets:
    """Counts with the names of what is counted. A value without a name of its own is its own label.

    What engines count as in force is so on `day`, which is what the filter of that name takes.
    """
    return {
        field: [
            {"value": shown, "label": _label(field, shown, known), "count": count}
            for value, count in sorted(values.items(), key=lambda pair: (-pair[1], str(pair[0])))
            if not _is_duplicate_issuer(field, str(value), values, known)
            for shown in [str(day) if field == "in_force_on" else str(value)]
        ]
        for field, values in counts.items()
    }


def _label(field: str, value: str, known: Registry) -> str:
    named: dict[str, Callable[[str], str | None]] = {
        "agency": known.agencies.get,
        "issuer": known.agencies.get,
        "topic": known.topics.get,
        "place": known.place_name,
    }
    return (named[field](value) if field in named else None) or value


def _is_duplicate_issuer(field: str, value: str, values: Mapping[str, int], known: Registry) -> bool:
    """Issuers are stored by code and by name; the name of one that is counted by its code is left out."""
    return field == "issuer" and any(known.agencies.get(str(other)) == value for other in values)
