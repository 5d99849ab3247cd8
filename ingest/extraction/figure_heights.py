"""Doubts about raised figures at the numbers of provisions, which may be marks of footnotes."""

import re

from hub.domain.figure_heights import MARKS, PROVISION
from hub.legal.doubt import Doubt

_MARKED_PROVISION = re.compile(
    rf"(?:{PROVISION}\s{{1,4}}\d{{1,4}}[a-zđ]?"
    rf"|(?m:^) {{0,4}}(?:\d{{1,3}}[a-zđ]?(?:\.\d{{1,2}}){{0,3}}|[a-ln-yđ])(?=[{MARKS}]++[.)]))[{MARKS}]++"
    rf"|\d[{MARKS}]++/(?:\d{{4}}/)?[A-ZĐ]{{2}}",
    re.IGNORECASE,
)


def provision_doubts(text: str) -> list[Doubt]:
    """A doubt when a raised figure stands at the number of a provision or document.

    It may be the mark of a footnote or part of the number: `Điều 15²` is not `Điều 152`.
    """
    found = _MARKED_PROVISION.search(text)
    if found is None:
        return []
    detail = f"A raised figure stands at a number: `{found[0].strip()[:60]}`."
    return [Doubt("text", detail, "a number without the mark of a footnote")]
