"""REST of the official table: its public form for everybody, and the internal form, with names, for editors."""

from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from hub.auth.encryption import SecretCipher
from hub.auth.http import CurrentPrincipal
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.official_table.ledger import LedgerForm, LedgerLevel, TableLedger
from hub.consultation.official_table.queries import append_read, read_internal_facts, read_public_facts
from hub.consultation.official_table.table_file import MEDIA_TYPES, TableFormat, TableTurns, render_table
from hub.consultation.path_parameters import ConsultationId
from hub.domain.file_names import content_disposition
from hub.errors import NotFound, Overload
from hub.manage.http import READ_RESPONSES
from hub.state import Parts
from hub.web.parameters import NoParams
from hub.web.problems import VALIDATION_ERRORS, merge_responses, problem_responses
from hub.web.responses import NO_STORE, bytes_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1")
_turns = TableTurns()

Format = Annotated[TableFormat, Path(description="Format: `json`, `csv`, `xlsx` or `docx`.")]
_OK: dict[int | str, dict[str, Any]] = {
    200: {
        "model": TableLedger,
        "description": "The table.",
        "content": {
            media_type: {"schema": {"type": "string", "format": "binary"}}
            for format_, media_type in MEDIA_TYPES.items()
            if format_ is not TableFormat.json
        },
    }
}


class TableParams(NoParams):
    """Query of the official table."""

    level: LedgerLevel = Field(
        LedgerLevel.article, description="Level at which rows are grouped: `article` (Điều), `clause`, `point`."
    )


@routes.get(
    "/consultations/{id}/table.{format}",
    tags=["Consultations"],
    operation_id="get_official_table",
    response_model=TableLedger,
    responses={
        **_OK,
        304: {"description": "Not modified: the ETag still matches."},
        **problem_responses(NotFound, Overload, *VALIDATION_ERRORS),
    },
)
async def get_table(
    request: Request,
    parts: Parts,
    id: ConsultationId,  # noqa: A002 - the public name
    format: Format,  # noqa: A002
    params: Annotated[TableParams, Query()],
) -> Response:
    """Get the official table of opinions and answers (bản tổng hợp ý kiến, tiếp thu, giải trình), once it is public.

    Authors stand as they chose to be shown, and fewer than five opinions of a kind are not told apart.
    """
    keys = CommentKeys(SecretCipher(parts.settings))
    async with _turns:
        async with parts.database.read() as connection:
            facts = await read_public_facts(connection, keys, parts.settings, id)
        body = await render_table(facts, params.level, LedgerForm.public, format)
    return bytes_response(request, body, MEDIA_TYPES[format], headers=_disposition(format))


@routes.get(
    "/manage/consultations/{id}/table.{format}",
    tags=["Manage consultations"],
    operation_id="get_internal_table",
    response_model=TableLedger,
    responses=merge_responses(READ_RESPONSES, _OK, problem_responses(Overload)),
)
async def get_internal_table(
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002
    format: Format,  # noqa: A002
    params: Annotated[TableParams, Query()],
) -> Response:
    """Get the official table with the names of authors, for the leaders; also before the answers are public.

    It holds personal data, also of authors who are not shown: keep it inside the agency. Each request is entered into
    the audit trail. Requires the scope `publish`.
    """
    keys = CommentKeys(SecretCipher(parts.settings))
    async with _turns:
        async with parts.database.read() as connection:
            facts = await read_internal_facts(connection, by, keys, parts.settings, id)
        async with parts.database.write() as session:
            await append_read(session, by, id, format, facts)
        body = await render_table(facts, params.level, LedgerForm.internal, format)
    headers = {"cache-control": NO_STORE, "content-type": MEDIA_TYPES[format], **_disposition(format)}
    return Response(body, 200, headers)


def _disposition(format_: TableFormat) -> dict[str, str]:
    if format_ is TableFormat.json:
        return {}
    return {"content-disposition": content_disposition("attachment", f"bang-tong-hop-y-kien.{format_}")}
