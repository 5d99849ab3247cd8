"""The lexicon (từ điển): phrases that classify headlines by topic, place and tone. Its words are in `data/*.json`.

The longest phrase wins, syllable by syllable, with diacritics (`đất` is not `đạt`); a headline that was typed without
diacritics is compared without. Places are names: they count with capital letters, and ambiguous ones only together with
an unambiguous one.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from hashlib import blake2s
from importlib.resources import files
from typing import Any

from hub.press.syllables import Syllable, has_meaningful_capitals, is_unaccented, split_syllables
from hub.registry.hierarchy import Registry
from hub.text import one_line

_DATA = files("hub.press") / "data"
_RANKS = ("Thành phố", "Tỉnh", "Quận", "Huyện", "Thị xã", "Thị trấn", "Phường", "Xã")


@cache
def _load_data(name: str) -> Any:
    return json.loads((_DATA / f"{name}.json").read_text("utf-8"))


@cache
def topic_codes() -> frozenset[str]:
    """Return the codes of the topics that headlines can have."""
    return frozenset(_load_data("topics")["phrases"])


@dataclass(frozen=True, slots=True)
class PhraseMatch:
    """A phrase in a text: syllables `begin` to `end` (exclusive), and the value of the phrase."""

    begin: int
    end: int
    value: str


class PhraseSet:
    """Phrases with a value each. A phrase with an empty value consumes its syllables and has no meaning."""

    def __init__(self, entries: Iterable[tuple[str, str]]):
        self._marked: dict[tuple[str, ...], str] = {}
        self._bare: dict[tuple[str, ...], str] = {}
        self._capitals: dict[tuple[str, ...], list[bool]] = {}
        for phrase, value in entries:
            read = [each for each in split_syllables(phrase) if each is not None]
            self._marked.setdefault(tuple(each.key for each in read), value)
            self._capitals[tuple(each.key for each in read)] = [each.capital for each in read]
            if len(read) > 1:  # a single syllable without diacritics is too ambiguous
                self._bare.setdefault(tuple(each.bare for each in read), value)
        self._longest: dict[str, int] = {}
        for keys in (*self._marked, *self._bare):
            self._longest[keys[0]] = max(len(keys), self._longest.get(keys[0], 0))

    def find(self, text: Sequence[Syllable | None], *, bare: bool = False, names: bool = False) -> list[PhraseMatch]:
        """Find the longest phrases from left to right, without overlap.

        `bare` compares without diacritics; `names` requires capitals wherever the lexicon has them.
        """
        known = self._bare if bare else self._marked
        keys = [None if each is None else each.bare if bare else each.key for each in text]
        found, at = [], 0
        while at < len(keys):
            first = keys[at]
            for end in range(min(len(keys), at + self._longest.get(first, 0) if first else at), at, -1):
                part = tuple(keys[at:end])
                value = known.get(part)  # type: ignore[arg-type]  # None is in no phrase
                if value is None or (names and not self._has_capitals(part, text[at:end])):
                    continue
                found.append(PhraseMatch(at, end, value))
                at = end - 1
                break
            at += 1
        return found

    def _has_capitals(self, part: tuple[str | None, ...], text: Sequence[Syllable | None]) -> bool:
        wanted = self._capitals.get(part, ())  # type: ignore[arg-type]
        return all(each.capital or not capital for each, capital in zip(text, wanted, strict=False) if each)


@dataclass(frozen=True, slots=True)
class HeadlineTags:
    """Topics, places and tone of a headline. `tone` is None without any tone word."""

    topics: tuple[str, ...]
    places: tuple[str, ...]
    tone: int | None


class Lexicon:
    """Classifier of headlines for one state of the registry."""

    def __init__(self, topics: Mapping[str, str], places: Mapping[str, str], sure: Iterable[str]):
        own = _load_data("topics")
        entries = [(phrase, code) for code, several in own["phrases"].items() if code in topics for phrase in several]
        named = [(name, code) for code, name in topics.items() if "," not in name and " " in name]
        self._topics = _merge_phrases([*entries, *named], own["not"])
        words = _load_data("tone")
        self._tones = PhraseSet(
            [(word, "0") for word in words["neutral"]]
            + [(word, "-") for word in words["negative"]]
            + [(word, "+") for word in words["positive"]]
        )
        self._negations = PhraseSet((word, "x") for word in words["denies"])
        named_places = _load_data("places")
        landmarks = [(name, code) for code, several in named_places["landmarks"].items() for name in several]
        landmarks = [(name, code) for name, code in landmarks if code in places.values()]
        self._places = PhraseSet([(name, "") for name in named_places["not"]] + [*places.items(), *landmarks])
        self._unambiguous = {_phrase_key(name) for name in (*sure, *(name for name, _ in landmarks))}
        self._facts = [sorted(topics.items()), sorted(places.items()), own, words, named_places]

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that change whenever a phrase or the registry does."""
        return blake2s(json.dumps(self._facts, ensure_ascii=False).encode(), digest_size=8).hexdigest()

    def classify(self, title: str) -> HeadlineTags:
        """Classify a headline by topics, places and tone."""
        text = split_syllables(title)
        bare = is_unaccented(text)
        topics = {code for match in self._topics.find(text, bare=bare) for code in match.value.split() if match.value}
        return HeadlineTags(tuple(sorted(topics)), self._places_of(text, bare), self._tone_of(text, bare))

    def _places_of(self, text: Sequence[Syllable | None], bare: bool) -> tuple[str, ...]:
        found = [
            match for match in self._places.find(text, bare=bare, names=has_meaningful_capitals(text)) if match.value
        ]
        sure = any(tuple(each.key for each in text[m.begin : m.end] if each) in self._unambiguous for m in found)
        return tuple(sorted({match.value for match in found})) if sure or (bare and found) else ()

    def _tone_of(self, text: Sequence[Syllable | None], bare: bool) -> int | None:
        if bare:
            return None  # without diacritics most tone words are ambiguous
        negated = {match.end for match in self._negations.find(text)}
        tones = [match.value for match in self._tones.find(text) if match.begin not in negated and match.value != "0"]
        if not tones:
            return None
        balance = tones.count("+") - tones.count("-")
        return (balance > 0) - (balance < 0)


def _merge_phrases(entries: Iterable[tuple[str, str]], nothing: Iterable[str]) -> PhraseSet:
    """Merge phrases of several topics: the codes of one phrase are joined by spaces."""
    found: dict[str, set[str]] = {}
    for phrase, code in entries:
        found.setdefault(one_line(phrase).lower(), set()).add(code)
    return PhraseSet([(phrase, "") for phrase in nothing] + [(p, " ".join(sorted(c))) for p, c in found.items()])


def _phrase_key(name: str) -> tuple[str, ...]:
    return tuple(each.key for each in split_syllables(name) if each is not None)


def place_names(known: Registry, today: date) -> dict[str, str]:
    """Current and former names of the places of the registry, without their rank, and the code that each means now.

    A name that several units have had means the one that is valid today, else the latest one.
    """
    found: dict[str, tuple[bool, date, str]] = {}
    for (code, first), place in known.places.items():
        rank = next((rank for rank in _RANKS if place.name.startswith(f"{rank} ")), "")
        name = place.name[len(rank) :].strip()
        valid = first <= today < place.until
        # The city takes precedence over a ward of the same name.
        candidate = (valid, date.max if place.parent is None else first, code)
        if name and not name.isdecimal():
            found[name] = max(found.get(name, candidate), candidate)
    return {name: code for name, (_, _, code) in found.items()}


def build_lexicon(known: Registry, today: date) -> Lexicon:
    """Build the lexicon for the given registry."""
    return Lexicon(known.topics, place_names(known, today), _load_data("places")["alone"])
