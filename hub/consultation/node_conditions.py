"""Conditions about the node of a draft that a comment is on."""

from typing import Any

from sqlalchemy import ColumnElement, or_


def is_at(stored: ColumnElement[Any], ref: str) -> ColumnElement[bool]:
    """Build the condition that a stored ref is that of a node or of one below it: `dieu-5`, `dieu-5/khoan-1`."""
    return or_(stored == ref, stored.startswith(f"{ref}/", autoescape=True))
