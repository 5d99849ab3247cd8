"""The router of the API's modules: its operations have what every operation of the hub has."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Depends, params

from hub.web.problems import COMMON_RESPONSES, refer_to_problem
from hub.web.repeated_parameters import refuse_repeated_parameters
from hub.web.routing.direct_route import DirectRoute


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
        **options: Any,
    ) -> None:
        """Add an operation. Its problems refer to one schema; FastAPI would build a validator for each of them."""
        described = {**self.responses, **(responses or {})}
        referring = {status: refer_to_problem(answer) for status, answer in described.items()}
        super().add_api_route(path, endpoint, responses=referring, **options)
