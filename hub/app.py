"""The web process, put together: settings, database, search engine, REST, GraphQL, pages."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import orjson
from fastapi import APIRouter, Depends, FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

import hub
from hub.auth.encryption import SecretCipher
from hub.auth.http import identify
from hub.auth.key_check import KeyCheck
from hub.auth.rate_names import RateNames
from hub.auth.scopes import SCOPES_TABLE
from hub.changes.routes import routes as changes_routes
from hub.changes.sse import routes as event_routes
from hub.changes.tail import LogTail
from hub.channels.alerts import read_channel_alarms
from hub.channels.cap.routes import routes as cap_routes
from hub.channels.mail.alarms import build_mail_alarms
from hub.channels.mail.page_routes import routes as mail_page_routes
from hub.channels.mail.private_paths import is_mail_path
from hub.channels.mail.routes import routes as subscription_routes
from hub.channels.port import ChannelParts
from hub.channels.push.routes import routes as push_contract_routes
from hub.channels.registry import build_channels
from hub.channels.rehearsal.routes import routes as rehearsal_routes
from hub.channels.routes import routes as channel_routes
from hub.channels.zalo.alerts import build_zalo_alarms
from hub.channels.zalo.routes import routes as zalo_routes
from hub.citations.routes import citations_router
from hub.clock_subjects import register_clock_subjects
from hub.clocks.figures import read_clock_alarms
from hub.clocks.routes import routes as clock_routes
from hub.consultation.answers.routes import routes as answer_routes
from hub.consultation.bodies.file_routes import LETTER_PATHS
from hub.consultation.bodies.file_routes import routes as letter_file_routes
from hub.consultation.bodies.queries import read_body_alarms
from hub.consultation.bodies.routes import routes as body_routes
from hub.consultation.campaigns.routes import routes as group_routes
from hub.consultation.carryover.routes import routes as place_routes
from hub.consultation.comment_files.manage_routes import routes as comment_file_manage_routes
from hub.consultation.comment_files.routes import UPLOAD_PATHS as COMMENT_UPLOAD_PATHS
from hub.consultation.comment_files.routes import routes as comment_file_routes
from hub.consultation.comments.private_paths import is_private_path as is_comment_path
from hub.consultation.contacts.routes import routes as contact_routes
from hub.consultation.frame_routes import routes as consultation_frame_routes
from hub.consultation.manage_routes import routes as consultation_manage_routes
from hub.consultation.moderation.alarms import waiting_alarms
from hub.consultation.moderation.manage_routes import routes as moderation_manage_routes
from hub.consultation.moderation.routes import routes as moderation_routes
from hub.consultation.official_table.routes import routes as table_routes
from hub.consultation.routes import routes as consultation_routes
from hub.consultation.submission.commands import COMMENTS_AT_ONCE
from hub.consultation.submission.inputs import MAX_BODY as MAX_COMMENT_BYTES
from hub.consultation.submission.own_routes import routes as own_comment_routes
from hub.consultation.submission.routes import routes as comment_routes
from hub.consultation.wordings_routes import routes as wordings_routes
from hub.content.damage import DamageJob, read_damage_alarms
from hub.content.due_failures import due_event_alerts
from hub.content.routes import router as content_router
from hub.db import Database
from hub.embed.routes import embed_router
from hub.exports.routes import routes as dump_routes
from hub.exports.selection import PAGES_AT_ONCE
from hub.feeds.ical_routes import routes as calendar_routes
from hub.feeds.routes import routes as feed_routes
from hub.files.routes import UPLOAD_PATHS
from hub.files.routes import routes as file_routes
from hub.files.store import Files, build_files
from hub.heartbeats.loop import keep_running
from hub.heartbeats.queries import read_worker_alarms
from hub.home.routes import home_router
from hub.log.failures import read_follower_alarms
from hub.log.send_lease import read_sending_alarms
from hub.log.signing import HeadSigner
from hub.manage.openapi import add_content_schemas
from hub.manage.routes import routes as manage_routes
from hub.openness.routes import routes as openness_routes
from hub.ops import health, metrics
from hub.outgoing.client import OutgoingClient
from hub.people.alarms import read_key_alarms
from hub.people.routes import routes as people_routes
from hub.permalinks.cite_routes import cite_router
from hub.permalinks.oembed import routes as oembed_routes
from hub.permalinks.routes import routes as linked_routes
from hub.permalinks.sitemaps import routes as sitemap_routes
from hub.press.routes import routes as press_routes
from hub.press_inquiries.routes import routes as press_inquiry_routes
from hub.provenance.routes import routes as provenance_routes
from hub.registrar.load_routes import LOAD_PATH
from hub.registrar.load_routes import routes as registry_load_routes
from hub.registrar.routes import routes as registrar_routes
from hub.registrar.unmapped_routes import routes as unmapped_routes
from hub.registry.record_files import MAX_BYTES as MAX_REGISTRY_BYTES
from hub.registry.routes import routes as registry_routes
from hub.rooms import register_rooms
from hub.search.port import SearchIndex
from hub.search.routes import routes as search_routes
from hub.settings import Settings, load_settings
from hub.state import AlertReader, AppState
from hub.web import deprecations, pages, problems
from hub.web.address_check import AddressCheck
from hub.web.answer_limit import AnswerLimit
from hub.web.arrival import Arrivals
from hub.web.body_limit import BodyLimit, BodySizes
from hub.web.byte_budget import ByteBudgets
from hub.web.client_ip import ClientIpResolver
from hub.web.compression import Compression
from hub.web.cors import PublicCors
from hub.web.error_pages import ErrorPages
from hub.web.graphql_refusals import GraphQLRefusals
from hub.web.head import HeadAsGet
from hub.web.operators import OperatorAccess
from hub.web.private_requests import PrivateRequests
from hub.web.public_host import PublicHost, PublicPath, check_public_path
from hub.web.rate.limiter import Limiter
from hub.web.rate.middleware import RateLimit
from hub.web.repeated_parameters import refuse_repeated_parameters
from hub.web.responses import json_bytes_response
from hub.web.security_headers import SecurityHeaders
from hub.web.unexpected_errors import UnexpectedErrors
from hub.webhooks.alerts import read_delay_alarms
from hub.webhooks.routes import routes as webhook_routes
from hub.websub.alerts import read_websub_alarms
from hub.websub.routes import routes as websub_routes
from hub.worklist.preview_routes import routes as preview_routes
from hub.worklist.routes import routes as worklist_routes
from ingest.file_routes import READ_PATH
from ingest.file_routes import routes as reading_routes
from ingest.sources.alerts import source_alerts
from ingest.sources.push_routes import INGEST
from ingest.sources.push_routes import routes as ingest_routes
from ingest.sources.quarantine_routes import routes as quarantine_routes
from ingest.sources.routes import routes as source_routes
from ingest.template_routes import routes as template_routes
from schema.router import PATH as GRAPHQL
from schema.router import graphql_router
from search.factory import build_search

_INTRODUCTION = """
The **policies** (văn bản), **drafts** (dự thảo), **bulletins** (bản tin) and **statements** (phát ngôn) of the city of
Huế. Reading is open to everybody and requires no key.

Lists are paginated by cursor: follow `next` (or the `Link` header) until it is null. Every answer has an ETag. Times
have the offset +07:00. Errors are `application/problem+json` with a stable `code`, explained at
[/problems](/problems).

Editors present a key or a staff token: `Authorization: Bearer hub_…`. A key that is unknown, expired or ended is
refused with 401 wherever it is presented, also on public reads. A key acts for its agency and the agencies below, with
its scopes (quyền):

"""

DESCRIPTION = f"{_INTRODUCTION}{SCOPES_TABLE}\n"

OPENAPI_PATH = "/openapi.json"
COMMENT_BODIES = re.compile("/api/v1/consultations/[^/]+/comments(/mine)?/?")
"""Paths of comments, whose bodies must have arrived before a consultation is logged as closed."""


def is_private_path(method: str, path: str) -> bool:
    """Return True for requests that are for one person: about comments, and about subscriptions to mails."""
    return is_comment_path(method, path) or is_mail_path(method, path)


KEY_PATHS = f"/api/v1/manage(/.*)?|{INGEST}/?"
"""Paths that nobody may write to without a key."""


class HubApp(FastAPI):
    """FastAPI with middleware outside its own error handler, so that answers to unexpected errors have its headers."""

    def __init__(self, settings: Settings, **options: Any):
        super().__init__(**options)
        self.settings = settings
        self.openapi_bytes: bytes | None = None
        self.budgets = ByteBudgets.from_settings(settings)

    def build_middleware_stack(self) -> ASGIApp:
        """Wrap FastAPI's stack in what every answer needs, also one to an unexpected error."""
        pages = ErrorPages(UnexpectedErrors(super().build_middleware_stack()))
        limited = AnswerLimit(pages, self.budgets.answers, ClientIpResolver(self.settings))
        hosted = GraphQLRefusals(PublicHost(limited, self.settings))
        headed = SecurityHeaders(PublicCors(HeadAsGet(hosted)), self.settings)
        return Arrivals(PublicPath(headed, self.settings))

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document: FastAPI's, with content schemas, problem responses and deprecations added."""
        if self.openapi_schema is None:
            document = super().openapi()
            add_content_schemas(document)
            problems.patch_openapi(document)
            deprecations.patch_openapi(document)
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
        body_sizes=_body_sizes(settings),
        alert_readers=alert_readers,
    )


def _body_sizes(settings: Settings) -> BodySizes:
    own = {INGEST: settings.ingest_body_bytes, READ_PATH: settings.source_max_bytes, LOAD_PATH: MAX_REGISTRY_BYTES}
    capped = ((COMMENT_BODIES, MAX_COMMENT_BYTES),)
    return BodySizes(settings.anonymous_body_bytes, settings.max_body_bytes, own, capped)


async def _openapi_document(request: Request) -> Response:
    app: HubApp = request.app
    if app.openapi_bytes is None:
        app.openapi_bytes = orjson.dumps(app.openapi())
    return json_bytes_response(request, app.openapi_bytes)


@cache
def shared_routes() -> list[BaseRoute]:
    """The routes that keep nothing of one app, analysed once in a process: it takes a tenth of a second."""
    shared = APIRouter(responses=problems.COMMON_RESPONSES, dependencies=[Depends(refuse_repeated_parameters)])
    for routes in (
        content_router(),
        search_routes,
        changes_routes,
        event_routes,
        dump_routes,
        registry_routes,
        clock_routes,
        wordings_routes,  # before those whose path has an id at the same place
        consultation_routes,
        comment_file_routes,
        own_comment_routes,  # before those whose path has the id of a comment at the same place
        comment_routes,
        consultation_manage_routes,
        answer_routes,
        body_routes,
        letter_file_routes,
        table_routes,
        contact_routes,
        zalo_routes,
        comment_file_manage_routes,
        consultation_frame_routes,
        place_routes,
        group_routes,
        moderation_routes,
        moderation_manage_routes,
        openness_routes,
        worklist_routes,
        manage_routes,
        registry_load_routes,
        registrar_routes,
        unmapped_routes,
        people_routes,
        preview_routes,
        provenance_routes,
        push_contract_routes,
        rehearsal_routes,
        channel_routes,
        webhook_routes,
        websub_routes,
        source_routes,
        press_routes,
        press_inquiry_routes,
        subscription_routes,
        mail_page_routes,
        quarantine_routes,
        ingest_routes,
        reading_routes,
        template_routes,
        file_routes,
        calendar_routes,
        cap_routes,  # before the feeds, whose addresses it is one of
        feed_routes,
        sitemap_routes,
        citations_router(),
        cite_router(),
        linked_routes,
        oembed_routes,
        health.routes,
        metrics.routes,
        embed_router(),
    ):
        shared.include_router(routes)
    return shared.routes


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
            search.close()
            await limiter.close()
            await outgoing.close()
            await database.dispose()

    app = HubApp(
        settings,
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
    app.include_router(home_router(), dependencies=[Depends(refuse_repeated_parameters)])
    app.include_router(graphql_router(), include_in_schema=False)
    pages.mount(app)
    app.router.routes.append(Route(OPENAPI_PATH, _openapi_document, methods=["GET"], include_in_schema=False))
    deprecations.install(app)
    problems.install(app)
    check_public_path(settings, app.routes)
    app.add_middleware(
        BodyLimit,
        sizes=_body_sizes(settings),
        budget=app.budgets.bodies,
        client_ips=ClientIpResolver(settings),
        identify=identify,
        key_paths=KEY_PATHS,
        exempt_paths=f"{UPLOAD_PATHS}|{LETTER_PATHS}|{COMMENT_UPLOAD_PATHS}|{GRAPHQL}",
    )
    app.add_middleware(KeyCheck, exempt_paths=f"{GRAPHQL}|/health/.*|/metrics|/static/.*")
    app.add_middleware(AddressCheck)
    operators = OperatorAccess(settings)
    app.add_middleware(RateLimit, limiter=limiter, client_ips=ClientIpResolver(settings), operators=operators)
    app.add_middleware(Compression)
    app.add_middleware(PrivateRequests, is_private_path=is_private_path)
    app.add_middleware(deprecations.DeprecationHeaders)
    app.add_middleware(metrics.RequestMetrics)
    return app
