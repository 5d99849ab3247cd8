"""REST of Zalo: the events that it reports, and the ledger of broadcasts for editors."""

from typing import Annotated

from fastapi import Header
from starlette.requests import Request
from starlette.responses import Response

from hub.auth.encryption import SecretCipher
from hub.auth.http import CurrentPrincipal
from hub.auth.principal import Principal, Scope
from hub.channels.zalo.events import SIGNATURE, read_event, store_event
from hub.channels.zalo.ledger import read_ledger
from hub.channels.zalo.views import ZaloLedger
from hub.errors import BodyTooLarge, Forbidden, InvalidInput
from hub.manage.http import LIST_RESPONSES
from hub.problem_texts.templates import fill
from hub.state import AppState, Parts
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.rate.middleware import charge_of
from hub.web.rate.quota import Quota
from hub.web.responses import no_store_response
from hub.web.router import HubRouter

routes = HubRouter(tags=["Channels"])

EVENTS_PATH = "/api/v1/zalo/events"
EVENTS_QUOTA = Quota("zalo", 60_000, 60)
"""Events with a right signature: a broadcast to a hundred thousand followers brings two for each within minutes, and
Zalo disables a webhook that refuses them. Those with a wrong one are charged to their address.
"""


@routes.post(
    EVENTS_PATH,
    operation_id="receive_zalo_event",
    summary="Receive an event of Zalo",
    description="The webhook of the app at Zalo for developers. Signed with `X-ZEvent-Signature: mac=…`, the SHA-256 "
    "of app id, raw body, timestamp and the account's secret key. The answer is 200 as soon as the event is stored; a "
    "repetition is stored once. No text of a person is kept.",
    status_code=200,
    response_class=Response,
    responses={
        200: {"description": "Stored, or stored before."},
        **problem_responses(Forbidden, BodyTooLarge, *VALIDATION_ERRORS),
    },
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}},
)
async def receive_event(
    request: Request,
    parts: Parts,
    signature: Annotated[str | None, Header(alias=SIGNATURE, description="`mac=` and the signature.")] = None,
) -> Response:
    body, charge = await request.body(), charge_of(request)
    try:
        notice = read_event(body, signature, parts.settings, SecretCipher(parts.settings))
    except (Forbidden, InvalidInput):
        if charge is not None:
            await charge.admit()
        raise
    if charge is not None:
        await charge.charge_sender(EVENTS_QUOTA, "zalo")
    if notice is not None:
        async with parts.database.write() as session:
            await store_event(session, notice)
    return Response(status_code=200, headers={"cache-control": "no-store"})


async def read_ledger_for(parts: AppState, by: Principal) -> ZaloLedger:
    """Read the ledger for an editor, over REST and GraphQL alike. Raises `Forbidden`."""
    if Scope.read_working not in by.scopes:
        raise Forbidden(
            fill("This requires the scope `{read_working}`.", read_working=Scope.read_working),
            expected="a key with this scope",
        )
    async with parts.database.read() as connection:
        ledger = await read_ledger(connection, parts.settings)
    return ZaloLedger.of(ledger, parts.settings.zalo_hours)


@routes.get(
    "/api/v1/manage/channels/zalo/ledger",
    operation_id="get_zalo_ledger",
    response_model=ZaloLedger,
    responses=LIST_RESPONSES,
)
async def get_ledger(parts: Parts, by: CurrentPrincipal) -> Response:
    """Get what may still be broadcast on Zalo (sổ hạn mức): quota of day, month and package, followers and hours.

    Requires the scope `read:working`. Look here before you approve a bulletin with `zalo_broadcast`.
    """
    return no_store_response(await read_ledger_for(parts, by))
