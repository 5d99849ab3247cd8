"""Facets for readers: the number of results that share a value, and the value's name."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from hub.registry.hierarchy import Registry

Facets = Mapping[str, Sequence[Mapping[str, Any]]]
"""Values with label and count by filter, most frequent first."""


def label_facets(counts: Mapping[str, Mapping[str, int]], registry: Registry, day: date) -> Facets:
    """Add labels to the counts. A value that the registry does not name is its own label.

    The count of items in force is that of `day`, the value for the filter of that name.
    """
    return {
        field: [
            {"value": text, "label": _label(field, text, registry), "count": count}
            for value, count in sorted(values.items(), key=lambda pair: (-pair[1], str(pair[0])))
            if not _is_duplicate_issuer(field, str(value), values, registry)
            for text in [str(day) if field == "in_force_on" else str(value)]
        ]
        for field, values in counts.items()
    }


def _label(field: str, value: str, registry: Registry) -> str:
    named: dict[str, Callable[[str], str | None]] = {
        "agency": registry.agencies.get,
        "issuer": registry.agencies.get,
        "topic": registry.topics.get,
        "place": registry.place_name,
    }
    return (named[field](value) if field in named else None) or value


def _is_duplicate_issuer(field: str, value: str, values: Mapping[str, int], registry: Registry) -> bool:
    """Return True for an issuer's name that is also counted by its code: issuers are stored by code and by name."""
    return field == "issuer" and any(registry.agencies.get(str(other)) == value for other in values)
