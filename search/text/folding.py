"""Folding that keeps positions: lower case without diacritics and signs, letter for letter. Pure.

A match in the folded text is at the same position in the original. `hub.text.fold` folds alike but changes lengths and
takes ten times as long; a page of results has twenty passages.
"""

import codecs
from functools import lru_cache

from hub.text import strip_diacritics

_VIETNAMESE = "ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
_OTHERS = "äåçëîïñöøûüÿÄÅÇËÎÏÑÖÛÜ"
_ASCII = "\0" + "".join(map(chr, range(32, 127)))  # the table is the fast one only with \0 in front


@lru_cache(4_096)
def _base(char: str) -> str:
    base = strip_diacritics(char)
    return base if len(base) == 1 and base.isalnum() else " "


# A one-byte encoding: a code for each supported letter, and the base letter of each code.
_LETTERS = _ASCII + _VIETNAMESE + _VIETNAMESE.upper() + _OTHERS
_CODES = codecs.charmap_build(_LETTERS.ljust(256, "\ufffe"))
_BASES = "".join(base if (base := _base(char)).isascii() else " " for char in _LETTERS).encode().ljust(256)


def fold_aligned(text: str, *, foreign: bool = False) -> str:
    """Fold a text to lower case without diacritics and of the same length; all but letters and digits become spaces.

    Letters of other scripts become spaces too unless `foreign`, which takes longer.
    """
    if foreign:
        return "".join(map(_base, text))
    return codecs.charmap_encode(text, "replace", _CODES)[0].translate(_BASES).decode("latin-1")
