"""The router of the API's modules: its operations have what every operation of the hub has."""

import re
from collections.abc import Callable, Mapping, Sequence
from inspect import getdoc
from typing import Any

from fastapi import APIRouter, Depends, params
from pydantic import BaseModel

from hub.web.problems import COMMON_RESPONSES, refer_to_problem
from hub.web.repeated_parameters import refuse_repeated_parameters
from hub.web.routing.direct_route import DirectRoute

_UNSTATED = "Successful Response"
"""Description that FastAPI gives to answers without one."""


class HubRouter(APIRouter):
    """Router whose operations have the common responses and refuse repeated parameters.

    An app takes its routes as they are (`app.router.routes.extend(router.routes)`). `include_router` would analyse each
    a second time, with all models of its parameters and answers: two seconds and twenty megabytes of every process.
    """

    def __init__(
        self,
        *,
        responses: Mapping[int | str, dict[str, Any]] | None = None,
        dependencies: Sequence[params.Depends] = (),
        **options: Any,
    ):
        super().__init__(
            responses={**COMMON_RESPONSES, **(responses or {})},
            dependencies=[Depends(refuse_repeated_parameters), *dependencies],
            **{"route_class": DirectRoute, **options},
        )

    def add_api_route(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        responses: Mapping[int | str, dict[str, Any]] | None = None,
        summary: str | None = None,
        response_description: str = _UNSTATED,
        **options: Any,
    ) -> None:
        """Add an operation. Its problems refer to one schema; FastAPI would build a validator for each of them.

        Without a summary it has the beginning of its description, and its answer is described as its model is.
        """
        summary = summary or _first_clause(options.get("description") or getdoc(endpoint) or "")
        if response_description == _UNSTATED:
            response_description = _describe_answer(options.get("response_model"), options.get("status_code"))
        described = {**self.responses, **(responses or {})}
        referring = {status: refer_to_problem(answer) for status, answer in described.items()}
        super().add_api_route(
            path,
            endpoint,
            responses=referring,
            summary=summary,
            response_description=response_description,
            **options,
        )


def _first_clause(text: str) -> str:
    return " ".join(re.split(r"[.:;](?=\s|$)", text, maxsplit=1)[0].split())


def _describe_answer(model: Any, status: int | None) -> str:
    if status == 204:
        return "Done."
    is_model = isinstance(model, type) and issubclass(model, BaseModel)
    return f"{_first_clause(getdoc(model) or '')}." if is_model else "Done."
