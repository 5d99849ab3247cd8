"""The functions that may run in the sandbox, by their dotted names."""

import importlib
from collections.abc import Callable
from typing import Any

ALLOWED_PREFIXES = ("hub.", "ingest.")


def check_function_name(name: str) -> None:
    """Raise `ValueError` for a name that begins with none of the allowed prefixes."""
    if not name.startswith(ALLOWED_PREFIXES):
        raise ValueError(f"{name} may not run in the sandbox")


def import_function(name: str) -> Callable[..., Any]:
    """Import a function by its name. Raises `ValueError` when the name is not allowed."""
    check_function_name(name)
    module, _, attribute = name.rpartition(".")
    function: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    return function
