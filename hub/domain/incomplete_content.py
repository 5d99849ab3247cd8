"""A content that is being completed, with what was found out about it on the way. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from hub.domain.loose_values import read_list, read_text, show_value
from hub.domain.scalars import Code
from hub.legal.derivation import has_words, shorten
from hub.text import one_line

MAX_UNMAPPED, MAX_WORDS, MAX_LINE = 100, 500, 2_000
_CODE: TypeAdapter[str] = TypeAdapter(Code)


class IncompleteContent:
    """The members so far, the doubts for an editor, and the members that were derived."""

    def __init__(self, content: Mapping[str, Any], name: str | None):
        self.content = dict(content)
        self.name = name
        """The identifier of the record at its source, which may say what the document is."""
        self.doubts: list[str] = []

    def doubt(self, field: str, detail: str) -> None:
        """Keep a question for an editor about a member."""
        self.doubts.append(f"{field}: {detail}")

    def drop(self, field: str, detail: str) -> None:
        """Leave a member out, with its value in the doubt."""
        value = self.content.pop(field, None)
        self.doubt(field, f"{detail}; it was left out: {show_value(value)}")

    def derive(self, field: str, value: Any, *, is_certain: bool = True) -> None:
        """Set a member that follows from others, and mark it."""
        self.content[field] = value
        marked = read_list(self.content.get("derived")) or []
        self.content["derived"] = list(dict.fromkeys([*marked, field]))
        if not is_certain:
            shown = value if isinstance(value, str) else show_value(value)
            self.doubt(field, f"The source has none; `{shown}` was derived and is not certain.")

    def keep_words(self, field: str, text: str) -> None:
        """Keep words that the registry may not know as the source says them."""
        kept = self.content.get("unmapped")
        words = {"field": field, "text": one_line(text)[:MAX_WORDS]}
        before = list(kept) if isinstance(kept, list | tuple) else []
        if words["text"] and words not in before and len(before) < MAX_UNMAPPED:
            self.content["unmapped"] = [*before, words]

    def read_texts(self, *names: str) -> None:
        """Read members that are texts: empty ones count as absent, and others than texts are read if they can be."""
        for name in names:
            value = self.content.get(name)
            if name not in self.content or (isinstance(value, str) and has_words(value)):
                continue
            text = read_text(value)
            if text is not None and has_words(text):
                self.content[name] = text
            elif value is None or text is not None:
                del self.content[name]
            else:
                self.drop(name, "The value is not a text")

    def shorten(self, field: str) -> None:
        """Cut a line that is too long; a summary that is missing has all of it."""
        text = one_line(self.content.get(field) or "")
        if len(text) > MAX_LINE:
            self.content[field] = shorten(text, MAX_LINE)
            self.doubt(field, f"It has {len(text):,} characters and was cut.")
            if not self.content.get("summary"):
                self.content["summary"] = text

    def read_codes(self, *names: str, limit: Callable[[str], int]) -> None:
        """Read members that are lists of codes; words that are no codes are kept as the source says them."""
        for name in names:
            if name not in self.content:
                continue
            given = read_list(self.content[name], separated=True)
            if given is None:
                if self.content[name] is None:
                    del self.content[name]
                else:
                    self.drop(name, "The value is not a list")
                continue
            codes: list[str] = []
            for item in given:
                text = read_text(item)
                if text is None or not one_line(text):
                    if item not in (None, "", [], {}):
                        self.doubt(name, f"An item is not a text; it was left out: {show_value(item)}")
                elif is_code(text):
                    codes.append(one_line(text))
                else:
                    self.keep_words(name, text)
            codes = list(dict.fromkeys(codes))
            for code in codes[limit(name) :]:
                self.keep_words(name, code)
            self.content[name] = codes[: limit(name)]


def is_code(text: str) -> bool:
    """True for a text that may be a code of the registry."""
    try:
        _CODE.validate_python(text)
    except ValidationError:
        return False
    return True
