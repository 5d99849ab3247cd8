"""REST for sources, below `/api/v1/manage/sources`: requires the scope `sources`, and `publish` for trusted sources."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.auth.principal import Principal
from hub.errors import BodyTooLarge, Forbidden, TransitionConflict, Unauthenticated
from hub.manage.http import LIST_RESPONSES, READ_RESPONSES, WRITE_RESPONSES, NoBody, NoQuery, run_command
from hub.state import AppState, Parts
from hub.web.parameters import PageParams
from hub.web.problems import VALIDATION_ERRORS, problem_responses, problem_writer
from hub.web.responses import no_store_response
from hub.web.router import HubRouter
from ingest.sources import views
from ingest.sources.commands import SourceManager
from ingest.sources.queries import list_items, list_runs, list_sources, read_source, read_source_row
from ingest.sources.schemas import NewSource, SourceChange

routes = HubRouter(prefix="/api/v1/manage/sources", tags=["Sources"])

SourceCodePath = Annotated[str, Path(max_length=64, description="Code of the source.", examples=["cong-ttdt-hue"])]
ADD_RESPONSES = problem_responses(Unauthenticated, Forbidden, TransitionConflict, BodyTooLarge, *VALIDATION_ERRORS)


async def _run_command(
    parts: AppState, by: Principal, work: Callable[[SourceManager], Awaitable[BaseModel | None]], status: int = 200
) -> Response:
    return await run_command(parts, lambda session: work(SourceManager(session, parts.settings, by)), status)


@routes.post(
    "",
    operation_id="add_source",
    status_code=201,
    response_model=views.SourceView,
    responses=ADD_RESPONSES,
)
async def add_source(parts: Parts, by: CurrentPrincipal, body: NewSource) -> Response:
    """Add a source (thêm nguồn). With a schedule, the worker runs it at once and then by the schedule."""
    return await _run_command(parts, by, lambda sources: sources.add(body), 201)


@routes.get("", operation_id="list_sources", response_model=views.SourcePage, responses=LIST_RESPONSES)
async def get_sources(parts: Parts, by: CurrentPrincipal, params: Annotated[views.SourceParams, Query()]) -> Response:
    """List the sources of your agencies with their health; `dead=true` lists those that need attention."""
    async with parts.database.read() as connection:
        return no_store_response(await list_sources(connection, by, params, parts.settings.source_dead_after))


@routes.get("/{code}", operation_id="get_source", response_model=views.SourceView, responses=READ_RESPONSES)
async def get_source(parts: Parts, by: CurrentPrincipal, code: SourceCodePath, _: NoQuery) -> Response:
    """Get a source with its definition and health."""
    async with parts.database.read() as connection:
        await read_source_row(connection, by, code)
        return no_store_response(await read_source(connection, code, parts.settings.source_dead_after))


@routes.patch("/{code}", operation_id="change_source", response_model=views.SourceView, responses=WRITE_RESPONSES)
async def change_source(parts: Parts, by: CurrentPrincipal, code: SourceCodePath, body: SourceChange) -> Response:
    """Change the name, trust, schedule, config or mapping of a source. It applies to future items."""
    return await _run_command(parts, by, lambda sources: sources.change(code, body))


@routes.delete("/{code}", operation_id="remove_source", status_code=204, response_model=None, responses=WRITE_RESPONSES)
async def remove_source(parts: Parts, by: CurrentPrincipal, code: SourceCodePath) -> Response:
    """Delete a source with its items and runs (xóa nguồn). Its documents stay."""
    return await _run_command(parts, by, lambda sources: sources.remove(code))


@routes.post("/{code}/run", operation_id="run_source", response_model=views.SourceView, responses=WRITE_RESPONSES)
async def run_source(parts: Parts, by: CurrentPrincipal, code: SourceCodePath, _: NoBody = None) -> Response:
    """Have the worker run the source now (lấy tin ngay)."""
    return await _run_command(parts, by, lambda sources: sources.run(code))


@routes.post("/{code}/pause", operation_id="pause_source", response_model=views.SourceView, responses=WRITE_RESPONSES)
async def pause_source(parts: Parts, by: CurrentPrincipal, code: SourceCodePath, _: NoBody = None) -> Response:
    """Pause the runs of a source until it is resumed (tạm dừng)."""
    return await _run_command(parts, by, lambda sources: sources.pause(code))


@routes.post("/{code}/resume", operation_id="resume_source", response_model=views.SourceView, responses=WRITE_RESPONSES)
async def resume_source(parts: Parts, by: CurrentPrincipal, code: SourceCodePath, _: NoBody = None) -> Response:
    """Resume the runs of a source, beginning now (tiếp tục)."""
    return await _run_command(parts, by, lambda sources: sources.resume(code))


@routes.get("/{code}/runs", operation_id="list_source_runs", response_model=views.RunPage, responses=READ_RESPONSES)
async def get_runs(
    parts: Parts, by: CurrentPrincipal, code: SourceCodePath, params: Annotated[PageParams, Query()]
) -> Response:
    """List the runs of a source with their reports, newest first (báo cáo từng lượt)."""
    async with parts.database.read() as connection:
        await read_source_row(connection, by, code)
        return no_store_response(await list_runs(connection, code, params.cursor, params.limit))


@routes.get("/{code}/items", operation_id="list_source_items", response_model=views.ItemPage, responses=READ_RESPONSES)
async def get_items(
    request: Request,
    parts: Parts,
    by: CurrentPrincipal,
    code: SourceCodePath,
    params: Annotated[views.ItemParams, Query()],
) -> Response:
    """List the items of a source with their outcomes; `state=quarantined` lists quarantined items with the reason."""
    async with parts.database.read() as connection:
        await read_source_row(connection, by, code)
        return no_store_response(
            await list_items(connection, code, params, problem_writer(request)), headers={"vary": "Accept-Language"}
        )
