"""Options of a command as the parameters of a list: the same rules as by REST, and errors in the words of the shell."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from hub.errors import InvalidInput

P = TypeVar("P", bound=BaseModel)


def parse_options(params: type[P], **options: Any) -> P:
    """Validate options by the model of the same list. Raises `InvalidInput` that names each option as it is typed."""
    try:
        return params.model_validate(options)
    except ValidationError as problem:
        findings = problem.errors(include_url=False, include_input=False)
        named = [finding | {"loc": (_option_name(finding["loc"]),)} for finding in findings]
        raise InvalidInput.of(named, whole="options") from None


def _option_name(place: tuple[int | str, ...]) -> str:
    return f"--{str(place[0]).strip('_').replace('_', '-')}" if place else ""
