"""The page that explains every error code, written from the tree of errors itself."""

from collections.abc import Iterator
from html import escape

from hub.errors import HubError


def error_classes(root: type[HubError] = HubError) -> Iterator[type[HubError]]:
    """The root and all its subclasses, each once."""
    yield root
    for child in root.__subclasses__():
        yield from error_classes(child)


def error_page() -> str:
    """An HTML page with one anchored section for each code."""
    sections = "\n".join(
        f'<section id="{error.code}"><h2><code>{error.code}</code> <small>HTTP {error.status}</small></h2>'
        f"<p><strong>{escape(error.title)}.</strong> {escape((error.__doc__ or '').strip())}</p></section>"
        for error in sorted(error_classes(), key=lambda error: (error.status, error.code))
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Problems · Policy hub</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "</head><body><main><h1>Problems</h1>"
        "<p>Every refusal is <code>application/problem+json</code> with a stable <code>code</code>.</p>"
        f"{sections}</main></body></html>"
    )
