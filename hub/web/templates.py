"""Jinja templates of pages: values are escaped, and file names carry the hash of the file."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from hub.times import VIETNAM
from hub.web import assets


def _day(value: str | date) -> str:
    """Format a date as in Việt Nam, in both languages: 24/11/2026."""
    found = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{found:%d/%m/%Y}"


def _moment(value: datetime) -> str:
    return f"{value.astimezone(VIETNAM):%d/%m/%Y %H:%M}"


def _code_spans(text: str) -> Markup:
    """Text in which `words` in back quotes become `<code>`."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
ENVIRONMENT.filters |= {"day": _day, "moment": _moment, "coded": _code_spans}


def render(template: str, /, *, root: str = "", **values: Any) -> str:
    """Render a page. `root` is the path the hub is mounted under; in a template, `asset(…)` is a file's URL."""
    return ENVIRONMENT.get_template(template).render(
        root=root, asset=lambda file: root + assets.asset_url(file), **values
    )
