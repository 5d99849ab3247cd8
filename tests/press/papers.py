"""Headlines of our own making, and the lexicon of Huế's registry, for tests without a database."""

from datetime import date

from hub import demo
from hub.press.lexicon import Lexicon, lexicon_of
from hub.searching.registry import Place, Registry

TODAY = date(2026, 11, 24)


def registry() -> Registry:
    """Topics and places as `hub demo` loads them."""
    topics = {each["code"]: each["name"] for each in demo._records("topics")}
    places = {}
    for each in demo._records("places"):
        first = date.fromisoformat(each["valid_from"]) if each["valid_from"] else date.min
        until = date.fromisoformat(each["valid_to"]) if each["valid_to"] else date.max
        places[(each["code"], first)] = Place(each["name"], each["parent"], first, until)
    return Registry({}, topics, places, {}, {}, {}, {}, {}, {})


def lexicon() -> Lexicon:
    """The lexicon of that registry."""
    return lexicon_of(registry(), TODAY)
