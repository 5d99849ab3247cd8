"""Facts of a passage: what another wording must keep if it is to count as the same rule. Pure.

Look-alike provisions share nearly all words and differ in what the rule turns on. Four classes of words carry that,
and each is closed or can be seen from the writing, so no example has to be listed:

- *numbers*: a number in figures or words with its scale and the unit behind it, in their order;
- *polarity*: negations, prohibitions and exceptions, with the words around them;
- *names*: syllables with a capital letter inside a sentence, with the words around them;
- *operators*: duty and permission, bounds, direction, `và` and `hoặc`. Another wording may add or drop one (`được nộp`,
  `nộp`), so only one that was *replaced* by another of its class counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.consultation.carryover.alignment import common_runs, edits
from hub.consultation.carryover.text_tokens import TextToken, keys_of, token_key


def _keys(words: str) -> frozenset[str]:
    return frozenset(map(token_key, words.split()))


_UNITS = _keys("một mốt hai ba bốn năm lăm sáu bảy tám chín mười mươi linh lẻ")
_AMBIGUOUS = _keys("một năm")
"""Numerals that are mostly other words: the indefinite `một`, and `năm` for a year. They count inside a number only."""
_SCALES = _keys("trăm nghìn ngàn triệu tỷ tỉ")
_POLARITY = _keys("không chưa chẳng chớ đừng cấm trừ miễn")
_COMPOUNDS = frozenset(
    tuple(map(token_key, words.split()))
    for words in ("không gian", "không khí", "không quân", "không phận", "hàng không", "trên không", "miễn dịch")
)
"""Nouns in which such a syllable negates nothing."""
_OPERATORS = tuple(
    map(
        _keys,
        (
            "phải được buộc nên cần chỉ",
            "và hoặc",
            "trước sau trên dưới trong ngoài hơn kém quá ít nhiều đa thiểu từ đến tới",
            "tăng giảm",
        ),
    )
)
"""Words of one class exclude each other: duty and permission; both and either; bounds in time and amount; direction."""
_THIS = token_key("này")
_LONGEST_CAPITALS = 4
"""Runs of more capitalised syllables than a name has: a heading in capital letters says nothing about names."""


@dataclass(frozen=True)
class NumberFact:
    """A number with its unit, the syllable behind it, empty at the end of a passage.

    `of` is the part of a text that it counts (`dieu`, `khoan`), if any, and such a number has no unit.
    """

    number: str
    unit: str
    of: str


_PARTS = {token_key("điều"): "dieu", token_key("khoản"): "khoan", token_key("điểm"): "diem"}


def numbers_in(syllables: Sequence[TextToken]) -> list[NumberFact]:
    """Return the numbers of a passage in their order. Figures repeated in words, `30 (ba mươi) ngày`, count once."""
    keys = keys_of(syllables)
    found = []
    place = 0
    while place < len(keys):
        if not _begins_number(keys, place):
            place += 1
            continue
        start = place
        figures = keys[place][0].isdecimal()
        number = [keys[place]]
        place += 1
        while place < len(keys) and keys[place] in _UNITS | _SCALES:
            if not figures or (keys[place] in _SCALES and keys[place - 1] not in _UNITS):
                number.append(keys[place])
            place += 1
        part = _PARTS.get(keys[start - 1], "") if start else ""
        unit = "" if part or place == len(keys) else keys[place]
        found.append(NumberFact(" ".join(number), unit, part))
    return found


def _begins_number(keys: Sequence[str], place: int) -> bool:
    key = keys[place]
    if key in _AMBIGUOUS:
        following = keys[place + 1] if place + 1 < len(keys) else ""
        return following in (_UNITS | _SCALES) - _AMBIGUOUS
    return key[0].isdecimal() or key in _UNITS or key in _SCALES


def polarity_in(keys: Sequence[str]) -> set[int]:
    """Return the places of the negations, prohibitions and exceptions of a passage."""
    pairs = list(zip(["", *keys], [*keys, ""], strict=True))
    return {
        place
        for place, key in enumerate(keys)
        if key in _POLARITY and pairs[place] not in _COMPOUNDS and pairs[place + 1] not in _COMPOUNDS
    }


def names_in(syllables: Sequence[TextToken]) -> set[int]:
    """Return the places of the syllables of names: capitalised inside a sentence, or before another capitalised one.

    A draft writes itself with a capital letter, too: `Quy định này` points, and names nothing.
    """
    found = set[int]()
    run: list[int] = []
    for place, syllable in enumerate([*syllables, None]):
        if syllable is not None and syllable.is_capital and not (run and syllable.opens_sentence):
            run.append(place)
            continue
        points = any(one.key == _THIS for one in syllables[place : place + 2])
        is_name = len(run) > 1 or (run and not syllables[run[0]].opens_sentence)
        if is_name and len(run) <= _LONGEST_CAPITALS and not points:
            found.update(run)
        run = [place] if syllable is not None and syllable.is_capital else []
    return found


def keeps_facts(
    old: Sequence[TextToken], new: Sequence[TextToken], renumbered: Mapping[tuple[str, str], str] | None = None
) -> bool:
    """True if a new wording keeps the facts of the old one.

    `renumbered` maps the number of an article of the older draft, as ``("dieu", "12")``, to its number in the newer
    one: a reference that follows its article is the same fact.
    """
    old_keys, new_keys = keys_of(old), keys_of(new)
    if old_keys == new_keys:
        return True
    if not _same_numbers(numbers_in(old), numbers_in(new), renumbered or {}):
        return False
    bound = names_in(old) | polarity_in(old_keys), names_in(new) | polarity_in(new_keys)
    return _stay(old_keys, new_keys, *bound) and not has_replaced_operator(old_keys, new_keys)


def _same_numbers(
    old: Sequence[NumberFact], new: Sequence[NumberFact], renumbered: Mapping[tuple[str, str], str]
) -> bool:
    return len(old) == len(new) and all(
        one.of == other.of
        and ("" in (one.unit, other.unit) or one.unit == other.unit)
        and other.number in (one.number, renumbered.get((one.of, one.number)))
        for one, other in zip(old, new, strict=True)
    )


def _stay(old: Sequence[str], new: Sequence[str], of_old: set[int], of_new: set[int]) -> bool:
    """True if each of some syllables of one wording is aligned with the same syllable of the other.

    So they stay with the words that they name or negate: `được … khi không …` is not `không được …`.
    """
    runs = common_runs(old, new)
    kept_old = {place for first, _, length in runs for place in range(first, first + length)}
    kept_new = {place for _, first, length in runs for place in range(first, first + length)}
    return of_old <= kept_old and of_new <= kept_new


def has_replaced_operator(old: Sequence[str], new: Sequence[str]) -> bool:
    """True if an operator was replaced by another one of its class."""
    for edit in edits(old, new):
        before, after = set(old[edit.old_first : edit.old_last]), set(new[edit.new_first : edit.new_last])
        for words in _OPERATORS:
            if before & words and after & words and before & words != after & words:
                return True
    return False
