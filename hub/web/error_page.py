"""The page that explains every error code, rendered from the error classes and their Vietnamese texts."""

from collections.abc import Iterator
from dataclasses import dataclass

from hub.errors import HubError
from hub.i18n.catalogues import texts
from hub.problem_texts.catalogue import DEFAULT_LANGUAGE, load_codes
from hub.web.templates import render


@dataclass(frozen=True)
class ExplainedError:
    """A code with its title and explanation in the language of the page."""

    status: int
    code: str
    title: str
    text: str


def error_classes(root: type[HubError] = HubError) -> Iterator[type[HubError]]:
    """Iterate over an error class and all its subclasses."""
    yield root
    for child in root.__subclasses__():
        yield from error_classes(child)


def error_page(root: str = "", lang: str = DEFAULT_LANGUAGE) -> str:
    """Render an HTML page with one anchored section per code. `root` is the path the hub is mounted under."""
    errors = sorted((_explain(error, lang) for error in error_classes()), key=lambda one: (one.status, one.code))
    words = texts(lang, "problems")
    return render("problems.html", root=root, errors=errors, lang=lang, words=words)


def _explain(error: type[HubError], lang: str) -> ExplainedError:
    words = {} if lang == DEFAULT_LANGUAGE else load_codes().get(error.code, {})
    text = words.get("text") or (error.__doc__ or "").strip()
    return ExplainedError(error.status, error.code, words.get("title", error.title), text)
