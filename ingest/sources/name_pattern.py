"""Regular expressions of editors, compiled by RE2: any pattern matches in linear time, which it does not in `re`."""

from functools import lru_cache
from typing import Any

import re2

from hub.problem_texts.templates import fill

_MAX_MEMORY = 1 << 20
"""Bytes that a compiled pattern and its search may take."""


@lru_cache(maxsize=256)
def compile_pattern(text: str) -> Any:
    """Compile a pattern. Raises `ValueError`, in words, for one that RE2 does not know, such as a look-behind."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_MEMORY
    try:
        return re2.compile(text, options)
    except re2.error as problem:
        raise ValueError(
            fill(
                "`{text}` cannot be used. Patterns are those of RE2 "
                "(https://github.com/google/re2/wiki/Syntax), without look-aheads, look-behinds and "
                "back-references",
                text=text,
            )
        ) from problem


def matches(text: str, name: str) -> bool:
    """Return True if a pattern matches anywhere in a name."""
    return compile_pattern(text).search(name.encode("utf-8", "replace").decode()) is not None
