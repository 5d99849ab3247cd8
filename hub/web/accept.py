"""Reading an Accept header (RFC 9110 §12.5.1)."""

from collections.abc import Sequence

Ranges = Sequence[tuple[str, float]]


def ranges(header: str) -> Ranges:
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


def weight(form: str, among: Ranges) -> float:
    """The weight of the most precise range that names a media type; 0 when none does."""
    for name in (form, f"{form.partition('/')[0]}/*", "*/*"):
        found = [each for range_, each in among if range_ == name]
        if found:
            return found[0]
    return 0.0
