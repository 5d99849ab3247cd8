"""The page that explains every error code, written from the tree of errors itself."""

from collections.abc import Iterator

from hub.errors import HubError
from hub.web.templates import render


def error_classes(root: type[HubError] = HubError) -> Iterator[type[HubError]]:
    """The root and all its subclasses, each once."""
    yield root
    for child in root.__subclasses__():
        yield from error_classes(child)


def error_page(root: str = "") -> str:
    """An HTML page with one anchored section for each code. `root` is the path the hub is mounted under."""
    errors = sorted(error_classes(), key=lambda error: (error.status, error.code))
    return render("problems.html", root=root, errors=errors)
