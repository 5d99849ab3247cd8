"""The page that explains every error code, rendered from the error classes."""

from collections.abc import Iterator

from hub.errors import HubError
from hub.web.templates import render


def error_classes(root: type[HubError] = HubError) -> Iterator[type[HubError]]:
    """Iterate over an error class and all its subclasses."""
    yield root
    for child in root.__subclasses__():
        yield from error_classes(child)


def error_page(root: str = "") -> str:
    """Render an HTML page with one anchored section per code. `root` is the path the hub is mounted under."""
    errors = sorted(error_classes(), key=lambda error: (error.status, error.code))
    return render("problems.html", root=root, errors=errors)
