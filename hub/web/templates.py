"""Pages made from templates: everything put into one is escaped, and every file it names carries its hash."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from hub.times import VIETNAM
from hub.web import assets


def _day(value: str | date) -> str:
    """A date as people in Việt Nam write it, in either language: 24/11/2026."""
    found = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{found:%d/%m/%Y}"


def _moment(value: datetime) -> str:
    return f"{value.astimezone(VIETNAM):%d/%m/%Y %H:%M}"


def _code_spans(text: str) -> Markup:
    """Text whose `words` in back quotes are code."""
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
    """A page. `root` is the path the hub is mounted under; `asset(…)` gives a file's address in a template."""
    return ENVIRONMENT.get_template(template).render(
        root=root, asset=lambda file: root + assets.asset_url(file), **values
    )
