"""Which language a reader wants: `lang=` wins, then Accept-Language, then the hub's first language."""

from collections.abc import Sequence

from hub.errors import InvalidInput


def negotiate_language(requested: str | None, accept: str | None, languages: Sequence[str]) -> str:
    """One of `languages`. Raises `InvalidInput` for an asked one that the hub does not serve."""
    if requested is not None:
        if requested not in languages:
            raise InvalidInput(f"The hub does not serve `{requested}`.", field="lang", expected=" or ".join(languages))
        return requested
    ranked = sorted(_language_ranges(accept or ""), key=lambda item: -item[1])
    for name, quality in ranked:
        if quality > 0 and name in languages:
            return name
        if quality > 0 and name == "*":
            break
    return languages[0]


def _language_ranges(header: str) -> list[tuple[str, float]]:
    """The primary language subtags of an Accept-Language header (RFC 9110 §12.5.4) with their weights."""
    found = []
    for part in header.split(",")[:20]:
        name, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        found.append((name.split("-")[0].strip().lower(), quality))
    return found
