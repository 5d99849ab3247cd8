"""The syllables that Vietnamese can have (âm tiết): an onset, a rime, and a tone that the rime allows. Pure."""

import re
from functools import lru_cache

from hub.text import split_tone

_WRITTEN = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng "
    "eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac "
    "oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc "
    "oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un "
    "ung uơ uôc uôi uôm uôn uông uôt up ut uy uya uych uyên uyêt uynh uyp uyt uyu ư ưa ưc ưi ưng ươc ươi "
    "ươm ươn ương ươp ươt ươu ưt ưu y yêm yên yêng yêt yêu ak ăk ôk "
)
_RIMES = frozenset(_WRITTEN.split())
"""Groups of vowels with what closes them, without tone; those with `k` are in names of places (Đắk Lắk)."""
_AFTER_QU = frozenset(rime for rime in _RIMES if rime[0] in "aăâeêiơ") | frozenset(
    ["y", "ych", "yên", "yêt", "ynh", "yt", "yu", "ôc"]
)
_ONSETS = r"(?:ngh|ng|nh|gh|gi|ch|kh|ph|th|tr|[bcdđghklmnprstvx])?"
_SYLLABLE = re.compile(rf"{_ONSETS}(?P<rime>[aăâeêioôơuưy][a-zăâêôơư]*)")
_STOPPED = ("c", "ch", "p", "t")
_ACUTE, _DOT = "\u0301", "\u0323"


@lru_cache(maxsize=50_000)
def is_syllable(word: str) -> bool:
    """True for a possible syllable of Vietnamese, in any case, with its tone on any letter of the vowel."""
    toneless, tones = split_tone(word.lower())
    if len(tones) > 1:
        return False
    if toneless.startswith("qu"):
        rime = toneless[2:]
        return rime in _AFTER_QU and _is_tone_of(rime, tones)
    found = _SYLLABLE.fullmatch(toneless)
    if found is None:
        return False
    rime = found["rime"]
    return (rime in _RIMES and _is_tone_of(rime, tones)) or _is_gi(toneless, tones)


def _is_gi(toneless: str, tones: str) -> bool:
    """`gì`, `giêng`, `giết`: the onset gives its letter to the rime."""
    rime = toneless[1:]
    return toneless.startswith("gi") and rime in _RIMES and _is_tone_of(rime, tones)


def _is_tone_of(rime: str, tones: str) -> bool:
    return not rime.endswith(_STOPPED) or tones in ("", _ACUTE, _DOT)
