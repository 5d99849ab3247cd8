"""Parser of Accept, Accept-Language and Accept-Encoding: ranges with weights (RFC 9110 §12.4.2 and §12.5)."""

from collections.abc import Sequence

WeightedRanges = Sequence[tuple[str, float]]
MAX_RANGES = 50
"""Ranges read of one header; the rest is ignored."""


def parse_accept(header: str) -> WeightedRanges:
    """The ranges of a header with their weights, in their order, in lower case and without other parameters.

    A weight that is not a number counts as 0.
    """
    found = []
    for part in header.split(",")[:MAX_RANGES]:
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                try:
                    weight = float(value)
                except ValueError:
                    weight = 0.0
        found.append((name, weight))
    return found


def media_type_weight(media_type: str, ranges: WeightedRanges) -> float:
    """The weight of the most precise range that matches a media type; 0 if none does."""
    for name in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        found = [each for range_, each in ranges if range_ == name]
        if found:
            return found[0]
    return 0.0


def negotiate_media_type(accept: str | None, offered: Sequence[str]) -> str:
    """The offered media type with the highest weight, of equals the first; the first if none is acceptable."""
    ranges = parse_accept(accept or "*/*")
    weight, position = max((media_type_weight(name, ranges), -place) for place, name in enumerate(offered))
    return offered[-position] if weight > 0 else offered[0]
