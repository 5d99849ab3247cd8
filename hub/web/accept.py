"""Reading an Accept header (RFC 9110 §12.5.1)."""

from collections.abc import Sequence

MediaRanges = Sequence[tuple[str, float]]


def parse_accept(header: str) -> MediaRanges:
    """The media ranges of a header with their weights, in their order, without parameters."""
    found = []
    for part in header.split(",")[:50]:
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = float(parameter[2:])
                except ValueError:
                    weight = 0.0
        found.append((name, weight))
    return found


def media_type_weight(media_type: str, ranges: MediaRanges) -> float:
    """The weight of the most precise range that names a media type; 0 when none does."""
    for name in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        found = [each for range_, each in ranges if range_ == name]
        if found:
            return found[0]
    return 0.0
