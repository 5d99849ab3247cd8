"""What a query asks for, told from the query itself: pure. For now: whether it is a document's number."""

import re

from hub.legal.numbers import number_key, parse_number
from hub.text import compact, fold, one_line

_LONGEST = 60
_LABEL = re.compile(r"^(?:văn bản\s+)?số\s*:?\s*(?=\d)", re.IGNORECASE)
# Folded spellings: `269 kh ubnd`, `09 2017 nd cp`, `66 13 2026 nq cp`, and in one piece `269khubnd`.
_SPACED = (
    re.compile(r"^(?P<serial>\d{1,5}[a-z]?) (?P<year>(?:19|20)\d\d) (?P<symbol>[a-z][a-z0-9& ]*)$"),
    re.compile(r"^(?P<serial>\d{1,5}[a-z]?) (?P<year>)(?P<symbol>[a-z][a-z0-9& ]*)$"),
    re.compile(r"^(?P<serial>\d{1,5} \d{1,5}) (?P<year>(?:19|20)\d\d) (?P<symbol>[a-z][a-z0-9& ]*)$"),
    re.compile(r"^(?P<serial>\d{1,5})(?P<year>)(?P<symbol>[a-z]{3,12})$"),
)


def number_keys(text: str) -> list[str]:
    """The keys (`hub.legal.numbers.number_key`) that a whole query may mean as a document's number; mostly none.

    Words that only look like one (`15 ngày nghỉ phép`) give a key that no document has, which costs nothing.
    """
    text = _LABEL.sub("", one_line(text))
    if len(text) > _LONGEST:
        return []
    if parse_number(text) is not None:
        return [number_key(text)]
    folded = fold(text)
    keys = []
    for pattern in _SPACED:
        if match := pattern.match(folded):
            serial = match["serial"].lstrip("0").replace(" ", ".") or "0"
            keys.append(".".join(part for part in (serial, match["year"], compact(match["symbol"])) if part))
    return list(dict.fromkeys(keys))


def has_words(text: str) -> bool:
    """Whether there is anything to look for: a letter or a digit."""
    return any(char.isalnum() for char in text)
