"""Refs: stable paths of the parts of a legal text, `dieu-5`, `dieu-18a`, `muc-ii/muc-1`."""

import re

from hub.text import clean, strip_diacritics

_NOT_REF = re.compile(r"[^0-9a-z]+")


def ref_part(word: str, number: str) -> str:
    """One step of a ref. The letter đ becomes `dd`, because `Điều 5d` and `Điều 5đ` are two articles."""
    spelled = clean(number).lower().replace("đ", "dd")
    return f"{word}-{_NOT_REF.sub('-', strip_diacritics(spelled)).strip('-') or '0'}"


class RefAllocator:
    """Allocator of unique refs: the second occurrence of a number becomes `dieu-5-2`, the third `dieu-5-3`.

    The suffix counts occurrences in reading order, so the same text always gives the same refs.
    """

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def allocate(self, ref: str) -> str:
        """Return `ref`, or `ref` with the first free suffix, and mark it as used."""
        count = self._counts.get(ref, 0) + 1
        while count > 1 and f"{ref}-{count}" in self._counts:
            count += 1
        self._counts[ref] = count
        if count == 1:
            return ref
        free = f"{ref}-{count}"
        self._counts[free] = 1
        return free
