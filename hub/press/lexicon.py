"""The lexicon (từ điển): which phrases stand for which topic, place and tone. Its words are data, in `data/*.json`.

The longest phrase wins, syllable by syllable, with marks (`đất` is not `đạt`); a headline typed without marks is
compared without. Places are names: they count with capital letters, and ambiguous ones only beside a sure one.
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
NEGATIVE, NEUTRAL, POSITIVE = -1, 0, 1


@cache
def _load_data(name: str) -> Any:
    return json.loads((_DATA / f"{name}.json").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class PhraseMatch:
    """A phrase found: from the syllable `begin` until before `end`."""

    begin: int
    end: int
    value: str


class PhraseSet:
    """Phrases and what each stands for; an empty value swallows its syllables and stands for nothing."""

    def __init__(self, entries: Iterable[tuple[str, str]]):
        self._marked: dict[tuple[str, ...], str] = {}
        self._bare: dict[tuple[str, ...], str] = {}
        self._capitals: dict[tuple[str, ...], list[bool]] = {}
        for phrase, value in entries:
            read = [each for each in split_syllables(phrase) if each is not None]
            self._marked.setdefault(tuple(each.key for each in read), value)
            self._capitals[tuple(each.key for each in read)] = [each.capital for each in read]
            if len(read) > 1:  # one syllable without marks means too many things
                self._bare.setdefault(tuple(each.bare for each in read), value)
        self._longest: dict[str, int] = {}
        for keys in (*self._marked, *self._bare):
            self._longest[keys[0]] = max(len(keys), self._longest.get(keys[0], 0))

    def find(self, text: Sequence[Syllable | None], *, bare: bool = False, names: bool = False) -> list[PhraseMatch]:
        """The longest phrases from left to right, none within another. `names` have capitals where the lexicon has."""
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
    """What a headline is about. `tone` is None without any tone word."""

    topics: tuple[str, ...]
    places: tuple[str, ...]
    tone: int | None


class Lexicon:
    """The phrases for one state of the registry."""

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
        """Sixteen letters that change whenever a phrase or the registry does."""
        return blake2s(json.dumps(self._facts, ensure_ascii=False).encode(), digest_size=8).hexdigest()

    def classify(self, title: str) -> HeadlineTags:
        """Topics, places and tone of a headline."""
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
            return None  # without marks most tone words mean something else as well
        denied = {match.end for match in self._negations.find(text)}
        said = [match.value for match in self._tones.find(text) if match.begin not in denied and match.value != "0"]
        if not said:
            return None
        balance = said.count("+") - said.count("-")
        return (balance > 0) - (balance < 0)


def _merge_phrases(entries: Iterable[tuple[str, str]], nothing: Iterable[str]) -> PhraseSet:
    """Phrases that may stand for several topics: the values are joined by spaces."""
    found: dict[str, set[str]] = {}
    for phrase, code in entries:
        found.setdefault(one_line(phrase).lower(), set()).add(code)
    return PhraseSet([(phrase, "") for phrase in nothing] + [(p, " ".join(sorted(c))) for p, c in found.items()])


def _phrase_key(name: str) -> tuple[str, ...]:
    return tuple(each.key for each in split_syllables(name) if each is not None)


def place_names(known: Registry, today: date) -> dict[str, str]:
    """Each name a place of the registry bears or bore, without its rank, and the code it stands for now.

    A name that several units bore stands for the one that is valid today, else for the one that was last.
    """
    found: dict[str, tuple[bool, date, str]] = {}
    for (code, first), place in known.places.items():
        rank = next((rank for rank in _RANKS if place.name.startswith(f"{rank} ")), "")
        name = place.name[len(rank) :].strip()
        valid = first <= today < place.until
        # The city stands before a ward that bears its name.
        candidate = (valid, date.max if place.parent is None else first, code)
        if name and not name.isdecimal():
            found[name] = max(found.get(name, candidate), candidate)
    return {name: code for name, (_, _, code) in found.items()}


def build_lexicon(known: Registry, today: date) -> Lexicon:
    """The lexicon for the registry as it is."""
    return Lexicon(known.topics, place_names(known, today), _load_data("places")["alone"])
