"""Which form of a document a reader wants, by its Accept header (RFC 9110 §12.5.1)."""

from collections.abc import Sequence

HTML, JSON, JSON_LD = "text/html", "application/json", "application/ld+json"
FORMS = (HTML, JSON_LD, JSON)
"""The forms of a document; the first is for whoever does not say, or takes anything."""


def wanted(accept: str | None, forms: Sequence[str] = FORMS) -> str:
    """The form with the highest weight, among equals the first; the first when none is acceptable."""
    ranges = _ranges(accept or "*/*")
    weighed = [(_weight(form, ranges), -place, form) for place, form in enumerate(forms)]
    best = max(weighed)
    return best[2] if best[0] > 0 else forms[0]


def _weight(form: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The weight of the most precise range that names the form."""
    for name in (form, f"{form.partition('/')[0]}/*", "*/*"):
        found = [weight for range_, weight in ranges if range_ == name]
        if found:
            return found[0]
    return 0.0


def _ranges(header: str) -> list[tuple[str, float]]:
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
