"""The web process, put together: settings, database, search engine, REST, GraphQL, pages."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

import hub
from hub.auth.encryption import SecretCipher
from hub.auth.rate_names import RateNames
from hub.auth.scopes import SCOPES_TABLE
from hub.changes.tail import LogTail
from hub.channels.alerts import read_channel_alarms
from hub.channels.mail.alarms import build_mail_alarms
from hub.channels.port import ChannelParts
from hub.channels.registry import build_channels
from hub.channels.zalo.alerts import build_zalo_alarms
from hub.clock_subjects import register_clock_subjects
from hub.clocks.figures import read_clock_alarms
from hub.consultation.bodies.queries import read_body_alarms
from hub.consultation.moderation.alarms import waiting_alarms
from hub.consultation.submission.commands import COMMENTS_AT_ONCE
from hub.content.damage import DamageJob, read_damage_alarms
from hub.content.due_failures import due_event_alerts
from hub.db import Database
from hub.exports.selection import PAGES_AT_ONCE
from hub.files.store import Files, build_files
from hub.guides.routes import guides_router
from hub.heartbeats.loop import keep_running
from hub.heartbeats.queries import read_worker_alarms
from hub.home.routes import home_router
from hub.home.security_txt import build_security_alarms
from hub.layers import body_sizes, wrap
from hub.log.failures import read_follower_alarms
from hub.log.send_lease import read_sending_alarms
from hub.log.signing import HeadSigner
from hub.outgoing.client import OutgoingClient
from hub.people.alarms import read_key_alarms
from hub.public_state.look import VersionLook
from hub.rooms import register_rooms
from hub.routes import shared_routes
from hub.search.port import SearchIndex
from hub.settings import Settings, load_settings
from hub.state import AlertReader, AppState
from hub.web import deprecations, pages, problems
from hub.web.byte_budget import ByteBudgets
from hub.web.client_ip import ClientIpResolver
from hub.web.public_host import check_public_path
from hub.web.rate.limiter import Limiter
from hub.web.responses import json_bytes_response
from hub.web.routing.dispatch import Dispatch
from hub.webhooks.alerts import read_delay_alarms
from hub.websub.alerts import read_websub_alarms
from ingest.sources.alerts import source_alerts
from schema.router import graphql_routes
from search.factory import build_search, follower_names
from search.guide_sections import rank_sections

_INTRODUCTION = """
The **policies** (văn bản), **drafts** (dự thảo), **bulletins** (bản tin) and **statements** (phát ngôn) of the city of
Huế. Reading is open to everybody and requires no key.

Lists are paginated by cursor: follow `next` (or the `Link` header) until it is null. Every answer has an ETag. Times
have the offset +07:00. Errors are `application/problem+json` with a stable `code`, explained at
[/problems](/problems). Short guides in Vietnamese and English are at [/guide](/guide).

Editors present a key or a staff token: `Authorization: Bearer hub_…`. A key that is unknown, expired or ended is
refused with 401 wherever it is presented, also on public reads. A key acts for its agency and the agencies below, with
its scopes (quyền):

"""

DESCRIPTION = f"{_INTRODUCTION}{SCOPES_TABLE}\n"

OPENAPI_PATH = "/openapi.json"


class HubApp(FastAPI):
    """FastAPI with the hub's own way in: layers that each pay only for what a request needs, and a routing table."""

    def __init__(self, settings: Settings, limiter: Limiter, **options: Any):
        super().__init__(**options)
        self.settings = settings
        self.limiter = limiter
        self.openapi_bytes: bytes | None = None
        self.budgets = ByteBudgets.from_settings(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request. Telemetry of FastAPI's own is not looked for: the hub has metrics."""
        if scope["type"] == "lifespan":
            await super().__call__(scope, receive, send)
            return
        scope["app"] = self
        if self.middleware_stack is None:
            self.middleware_stack = self.build_middleware_stack()
        await self.middleware_stack(scope, receive, send)

    def build_middleware_stack(self) -> ASGIApp:
        """Wrap the routes in what every answer needs, also one to an unexpected error."""
        handlers: dict[Any, Any] = dict(self.exception_handlers)
        unexpected = handlers.pop(Exception)
        return wrap(Dispatch(self.router, handlers), self.settings, self.budgets, self.limiter, unexpected)

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document: FastAPI's, made over for generators of clients."""
        if self.openapi_schema is None:
            # Most processes are never asked for it: see docs/decisions/190-seldom-used-libraries-are-imported-late.md.
            from hub.contract.document import finish

            document = super().openapi()
            finish(document, self.routes, self.settings)
        return self.openapi_schema or {}


def build_state(
    settings: Settings,
    database: Database,
    search: SearchIndex,
    files: Files,
    alert_readers: tuple[AlertReader, ...] = (),
    budgets: ByteBudgets | None = None,
) -> AppState:
    """Put together the parts that requests reach."""
    return AppState(
        settings=settings,
        database=database,
        search=search,
        files=files,
        version_look=VersionLook(database, follower_names(settings)),
        log_tail=LogTail(
            database,
            max_streams=settings.max_streams,
            max_streams_per_address=settings.max_streams_per_address,
        ),
        signer=HeadSigner(settings),
        export_lock=asyncio.Lock(),
        export_pages=asyncio.Semaphore(PAGES_AT_ONCE),
        comment_turns=asyncio.Semaphore(COMMENTS_AT_ONCE),
        client_ips=ClientIpResolver(settings),
        budgets=budgets or ByteBudgets.from_settings(settings),
        body_sizes=body_sizes(settings),
        alert_readers=alert_readers,
    )


async def _openapi_document(request: Request) -> Response:
    app: HubApp = request.app
    if app.openapi_bytes is None:
        app.openapi_bytes = orjson.dumps(app.openapi())
    return json_bytes_response(request, app.openapi_bytes)


def create_app(settings: Settings | None = None) -> HubApp:
    """Create the hub's ASGI app. Connections are opened when its lifespan starts and closed when it ends."""
    settings = settings or load_settings()
    register_rooms()
    register_clock_subjects()
    limiter = Limiter(settings, RateNames(SecretCipher(settings)))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        files = build_files(settings)
        database = Database(settings)
        outgoing = OutgoingClient(settings)
        build_channels(ChannelParts(settings, database, outgoing))
        search = build_search(settings, database)
        alarms = (
            read_sending_alarms,
            source_alerts(settings.source_dead_after),
            read_worker_alarms,
            read_follower_alarms,
            read_delay_alarms,
            read_websub_alarms,
            read_channel_alarms,
            due_event_alerts,
            read_damage_alarms,
            read_key_alarms,
            read_clock_alarms,
            read_body_alarms,
            build_mail_alarms(settings),
            waiting_alarms(settings.comment_wait_hours),
            build_zalo_alarms(settings),
            build_security_alarms(settings),
        )
        app.state.hub = build_state(settings, database, search, files, alarms, app.budgets)
        stop = asyncio.Event()
        damage = asyncio.create_task(keep_running(DamageJob(database), stop))
        try:
            yield
        finally:
            stop.set()
            await damage
            await app.state.hub.log_tail.close()
            await app.state.hub.version_look.close()
            search.close()
            await limiter.close()
            await outgoing.close()
            await database.dispose()

    app = HubApp(
        settings,
        limiter,
        title="Policy hub · Huế",
        summary="One API for what a province decides, is about to decide, and says about it.",
        description=DESCRIPTION,
        version=hub.__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # A redirect of the router's would name the scheme and host of the request: see `problems.install`.
        redirect_slashes=False,
        responses=problems.COMMON_RESPONSES,
    )
    app.router.routes.extend(shared_routes())
    app.router.routes.extend(home_router().routes)
    app.router.routes.extend(graphql_routes())
    app.router.routes.extend(guides_router(rank_sections).routes)
    pages.mount(app)
    app.router.routes.append(Route(OPENAPI_PATH, _openapi_document, methods=["GET"], include_in_schema=False))
    deprecations.install(app)
    problems.install(app)
    check_public_path(settings, app.routes)
    return app
