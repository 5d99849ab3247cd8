"""English texts that remember their template and their named values, so that they can be written in Vietnamese later.

Whoever raises an error writes English. Nothing is looked up then: only an answer is written in a language.
"""

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any


class FilledText(str):
    """An English text with the template and the values that it was made from. It is a `str` like any other."""

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, values: Mapping[str, object]) -> "FilledText":
        made = super().__new__(cls, template.format_map(values))
        made.template = template
        made.values = values
        return made

    def __getnewargs__(self) -> tuple[str, Mapping[str, object]]:  # type: ignore[override]
        return self.template, self.values


def fill(template: str, /, **values: object) -> FilledText:
    """Fill `{name}` and `{name:,}` in a template. A value may be a text of this kind itself; any other one is data."""
    return FilledText(template, values)


def as_data(text: object) -> FilledText:
    """Mark a text as data, which is the same in every language: a code, a path, a list of names."""
    return fill("{data}", data=str(text))


def as_words(text: str) -> FilledText:
    """Mark an English text that is a value in another one, or comes from elsewhere, as one with a Vietnamese form."""
    return text if isinstance(text, FilledText) else FilledText(text.replace("{", "{{").replace("}", "}}"), {})


def text_of(problem: BaseException) -> FilledText:
    """Return the text that an exception of the hub's own was made with."""
    return as_words(problem.args[0]) if problem.args and isinstance(problem.args[0], str) else as_data(problem)


def list_names(names: Iterable[object]) -> FilledText:
    """List names of the API as data: `policy, draft`."""
    return as_data(", ".join(map(str, names)))


def one_of(choices: Iterable[object]) -> FilledText:
    """Join alternatives: `a or b or c`."""
    return _join("{first} or {rest}", list(choices))


def all_of(parts: Iterable[object]) -> FilledText:
    """Join what belongs together: `a and b and c`."""
    return _join("{first} and {rest}", list(parts))


def join_sentences(sentences: Iterable[str]) -> FilledText:
    """Put sentences one after another."""
    return _join("{first} {rest}", list(sentences))


def _join(template: str, parts: list[object]) -> FilledText:
    if len(parts) <= 1:
        found = parts[0] if parts else ""
        return found if isinstance(found, FilledText) else as_data(found)
    return fill(template, first=parts[0], rest=_join(template, parts[1:]))


def split_field(text: str) -> tuple[str | None, str]:
    """Split `field: text`, as validators of several members write it, into the field and the text; else None and all.

    The text keeps its template. A validator names one of its own members, so the field has no spaces.
    """
    field, colon, rest = text.partition(": ")
    if not colon or not rest or not _is_path(field):
        return None, text
    if isinstance(text, FilledText):
        _, colon, template = text.template.partition(": ")
        return field, FilledText(template, text.values) if colon else rest
    return field, rest


def _is_path(field: str) -> bool:
    return field.isascii() and field[:1].islower() and all(each.isalnum() or each in "._" for each in field)


def dump_text(text: object) -> Any:
    """Convert a text to JSON that keeps its template, for another process."""
    if not isinstance(text, FilledText):
        return None if text is None else str(text)
    values = {
        name: value if isinstance(value, int | float) else dump_text(value) for name, value in text.values.items()
    }
    return {"template": text.template, "values": values}


def load_text(dumped: Any) -> Any:
    """Convert what `dump_text` made back to a text. Raises `ValueError` for anything else.

    The other process may have been taken over by the file that it reads: a template of its own could reach into the
    values (`{name.__class__}`), or ask for a text of any length (`{name:>999999999}`).
    """
    if not isinstance(dumped, dict):
        return dumped
    try:
        template, values = dumped["template"], dumped["values"]
        for _, name, form, conversion in Formatter().parse(template):
            if name is not None and not (name.isidentifier() and form in ("", ",") and conversion is None):
                raise ValueError(f"`{name}` is no plain value of a template")
        return FilledText(template, {name: load_text(value) for name, value in values.items()})
    except (KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise ValueError("no text that was dumped") from problem
