"""The guides that exist, in their order, and their texts: one Markdown file for each name and language."""

from collections.abc import Mapping
from functools import cache
from itertools import chain
from pathlib import Path

from hub.guides.markdown import Guide, parse_guide
from hub.i18n.catalogues import LANGUAGES

TEXTS = Path(__file__).with_name("texts")

GROUPS: Mapping[str, tuple[str, ...]] = {
    "begin": ("start", "concepts"),
    "follow": ("sync", "feeds", "webhooks", "push"),
    "write": ("consultation", "editing"),
    "rely": ("limits", "errors", "versioning"),
}
"""Names of guides by group; both in the order of the index."""

NAMES = tuple(chain.from_iterable(GROUPS.values()))


def read_markdown(name: str, lang: str) -> str:
    """Read the Markdown of a guide. `name` is one of `NAMES`."""
    return (TEXTS / lang / f"{name}.md").read_text("utf-8")


@cache
def load_guide(name: str, lang: str) -> Guide:
    """Parse a guide, once per process. Raises `KeyError` for a name or a language that does not exist."""
    if name not in NAMES or lang not in LANGUAGES:
        raise KeyError(name)
    return parse_guide(read_markdown(name, lang), name, lang)


def load_guides(lang: str) -> list[Guide]:
    """Parse all guides of a language, in their order."""
    return [load_guide(name, lang) for name in NAMES]
