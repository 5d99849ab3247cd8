"""Which form of a document a reader wants, by its Accept header."""

from collections.abc import Sequence

from hub.web.accept import media_type_weight, parse_accept

HTML, JSON, JSON_LD = "text/html", "application/json", "application/ld+json"
FORMS = (HTML, JSON_LD, JSON)
"""The forms of a document; the first is for whoever does not say, or takes anything."""


def negotiate_form(accept: str | None, forms: Sequence[str] = FORMS) -> str:
    """The form with the highest weight, among equals the first; the first when none is acceptable."""
    among = parse_accept(accept or "*/*")
    best = max((media_type_weight(form, among), -place, form) for place, form in enumerate(forms))
    return best[2] if best[0] > 0 else forms[0]
