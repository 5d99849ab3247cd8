"""Marks of footnotes (chú thích) beside words and numbers, as consolidated texts (văn bản hợp nhất) have them.

`Chương II[3]`, `Điều 15(*).`, `BỘ TRƯỞNG³`. A mark belongs neither to the number nor to the name that it stands at.
"""

import re

RAISED = "⁰¹²³⁴-⁹"
"""Raised figures. At a number in figures they are the mark of a footnote more often than a part of it, which nobody
can tell: `Điều 15²` is Điều 15. After letters they are a mark, unless the letters are a unit: `500 m²`."""
_NO_UNIT = r"(?<!(?<![^\W\d_])[mM])(?<!(?<![^\W\d_])[kcdmhKCDMH][mM])"
_LETTER = rf"[^\W\d_{RAISED}]"
_CAPITAL = rf"[^\W\d_a-zà-ỹđ{RAISED}]"
_AFTER_WORDS = rf"(?:(?<={_LETTER}{{2}})|(?<=[;:.)”»])|(?<={_CAPITAL})){_NO_UNIT}"
_LINK = r"\((?:https?://|[^\s()#]{0,300}#)[^\s()]{1,500}(?: \"[^\"\n]{0,100}\")?\)"
"""The address of a mark that is a link, as programs write it that make text of pages."""
_IN_LINK = rf"\\?\[\d{{1,3}}\\?\]|⁽[{RAISED}]{{1,3}}⁾|\([*]{{1,3}}\)|[{RAISED}]{{1,3}}|(?:\\?[*]){{1,3}}"
"""A whole mark that is the text of a link: `[[1]](#_ftn1)`."""
_STARS = r"(?<=[^\W_])[*]{1,3}|(?<=[;:”»])[*]{1,3}(?=\s|$)"
"""Stars after a full stop begin words in italics: `4.*Cơ sở*`."""
_MARK = (
    rf"(?: ?\[\d{{1,3}}\](?:{_LINK})?| ?\[(?:{_IN_LINK})\]{_LINK}"
    rf"| ?⁽[{RAISED}]{{1,3}}⁾| ?\([*]{{1,3}}\)|{_AFTER_WORDS}[{RAISED}]{{1,3}}+|{_STARS})"
)
_MARKS = rf"(?<=[^\s*]){_MARK}(?:,? ?{_MARK}){{0,4}}+(?=[\s.:;,)/–-]|$|(?<=[\])⁾]))"
_AT_LABEL = re.compile(_MARKS)
_AT_WORD = re.compile(rf"(?!(?<=\d)[*]){_MARKS}")
"""Stars after figures stay: `khách sạn 5*`."""
_SIGN = re.compile(rf"[\[*⁽{RAISED}]")
"""A sign that every mark has, by which most lines are told apart fast."""
_ADDRESS = re.compile(_LINK)
_TEXT_OF_LINK = re.compile(rf"\[({_IN_LINK})\]{_LINK}")
_MAX_LABEL = 40
"""Characters in which the mark at a label begins."""
_MAX_MARK = 600
"""Characters in which it ends."""


def find_label_mark(line: str) -> re.Match[str] | None:
    """Find the first marks near the beginning of a line, where its label ends."""
    if _SIGN.search(line, 0, _MAX_LABEL) is None:
        return None
    found = _AT_LABEL.search(line, 0, _MAX_MARK)
    return found if found is not None and found.start() < _MAX_LABEL else None


def remove_addresses(marks: str) -> str:
    """The marks as a page shows them: a link (`[[1]](#_ftn1)`) is its text."""
    shown = _TEXT_OF_LINK.sub(lambda found: found[1].replace("\\", ""), marks)
    return _ADDRESS.sub("", shown)


def remove_marks(text: str) -> str:
    """The text without the marks at its words."""
    return _AT_WORD.sub("", text) if _SIGN.search(text) else text
