"""Language negotiation: `lang=` wins, then Accept-Language, then the hub's first language."""

from collections.abc import Iterable, Sequence

from starlette.requests import HTTPConnection

from hub.errors import InvalidInput
from hub.problem_texts.templates import fill, one_of
from hub.web.accept import parse_accept


def request_language(request: HTTPConnection, requested: str | None, languages: Sequence[str]) -> str:
    """The language of an answer: `negotiate_language` with the request's Accept-Language.

    Not a dependency of FastAPI: those run before the query is validated, and a language that is not served would then
    hide a parameter that is unknown.
    """
    return negotiate_language(requested, request.headers.get("accept-language"), languages)


def require_languages(requested: Iterable[str], languages: Sequence[str]) -> None:
    """Raise `InvalidInput` for a requested language that the hub does not serve."""
    for each in requested:
        if each not in languages:
            raise InvalidInput(
                fill("The hub does not serve `{each}`.", each=each), field="lang", expected=one_of(languages)
            )


def negotiate_language(requested: str | None, accept: str | None, languages: Sequence[str]) -> str:
    """One of `languages`, compared by the primary subtag. Raises `InvalidInput` if `requested` is not served."""
    if requested is not None:
        require_languages([requested], languages)
        return requested
    for name, weight in sorted(parse_accept(accept or ""), key=lambda item: -item[1]):
        language = name.partition("-")[0].strip()
        if weight > 0 and language in languages:
            return language
        if weight > 0 and language == "*":
            break
    return languages[0]
