"""The layers between the server and the routes, put together in their order."""

import re
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from hub.answer_cache.layer import AnswerCache
from hub.auth.http import identify
from hub.auth.key_check import KeyCheck
from hub.channels.mail.private_paths import is_mail_path
from hub.consultation.bodies.file_routes import LETTER_PATHS
from hub.consultation.comment_files.routes import UPLOAD_PATHS as COMMENT_UPLOAD_PATHS
from hub.consultation.comments.private_paths import is_private_path as is_comment_path
from hub.consultation.submission.inputs import MAX_BODY as MAX_COMMENT_BYTES
from hub.deprecations import REST
from hub.files.routes import UPLOAD_PATHS
from hub.ops import metrics
from hub.registrar.load_routes import LOAD_PATH
from hub.registry.record_files import MAX_BYTES as MAX_REGISTRY_BYTES
from hub.settings import Settings
from hub.web import deprecations
from hub.web.access_log import AccessLog
from hub.web.address_check import AddressCheck
from hub.web.answer_headers import AnswerHeaders
from hub.web.answer_limit import AnswerLimit
from hub.web.arrival import Arrivals
from hub.web.body_limit import BodyLimit, BodySizes
from hub.web.byte_budget import ByteBudgets
from hub.web.client_ip import ClientIpResolver
from hub.web.compression import Compression
from hub.web.error_pages import ErrorPages
from hub.web.graphql_refusals import GraphQLRefusals
from hub.web.head import HeadAsGet
from hub.web.operators import OperatorAccess
from hub.web.private_requests import PrivateRequests
from hub.web.public_host import PublicHost, PublicPath
from hub.web.rate.limiter import Limiter
from hub.web.rate.middleware import RateLimit
from hub.web.request_ids import RequestIds
from hub.web.unexpected_errors import ErrorHandler, UnexpectedErrors
from ingest.file_routes import READ_PATH
from ingest.sources.push_routes import INGEST
from schema.router import PATH as GRAPHQL

COMMENT_BODIES = re.compile("/api/v1/consultations/[^/]+/comments(/mine)?/?")
"""Paths of comments, whose bodies must have arrived before a consultation is logged as closed."""
KEY_PATHS = f"/api/v1/manage(/.*)?|{INGEST}/?"
"""Paths that nobody may write to without a key."""


def is_private_path(method: str, path: str) -> bool:
    """Return True for requests that are for one person: about comments, and about subscriptions to mails."""
    return is_comment_path(method, path) or is_mail_path(method, path)


def body_sizes(settings: Settings) -> BodySizes:
    """Return the maximum sizes of request bodies."""
    own = {INGEST: settings.ingest_body_bytes, READ_PATH: settings.source_max_bytes, LOAD_PATH: MAX_REGISTRY_BYTES}
    capped = ((COMMENT_BODIES, MAX_COMMENT_BYTES),)
    return BodySizes(settings.anonymous_body_bytes, settings.max_body_bytes, own, capped)


def wrap(
    routes: ASGIApp, settings: Settings, budgets: ByteBudgets, limiter: Limiter, unexpected: ErrorHandler
) -> ASGIApp:
    """Wrap the routes in everything that a request passes before them, from the inside to the outside.

    Each layer pays only for what a request needs: it looks at one header, method or path, and passes on. `unexpected`
    answers an error that no handler knows; its answer has the headers of every answer.
    """
    client_ips = ClientIpResolver(settings)
    app: ASGIApp = BodyLimit(
        routes,
        sizes=body_sizes(settings),
        budget=budgets.bodies,
        client_ips=client_ips,
        identify=identify,
        key_paths=KEY_PATHS,
        exempt_paths=f"{UPLOAD_PATHS}|{LETTER_PATHS}|{COMMENT_UPLOAD_PATHS}|{GRAPHQL}",
    )
    app = KeyCheck(app, exempt_paths=f"{GRAPHQL}|/health/.*|/metrics|/static/.*")
    app = AddressCheck(app)
    app = limits = RateLimit(app, limiter, client_ips, OperatorAccess(settings))
    app = Compression(app)
    app = PrivateRequests(app, is_private_path)
    if REST:
        app = deprecations.DeprecationHeaders(app)
    app = metrics.RequestMetrics(app)
    app = ErrorPages(UnexpectedErrors(app, unexpected))
    app = AnswerLimit(app, budgets.answers, client_ips)
    hosts = PublicHost(app, settings)
    app = AnswerHeaders(HeadAsGet(GraphQLRefusals(hosts)), settings)
    if settings.answer_cache_mb:
        app = AnswerCache(app, settings, limits, hosts, budgets, client_ips)
    if urlsplit(settings.public_url or "").path.rstrip("/"):
        app = PublicPath(app, settings)
    app = Arrivals(app)
    if settings.access_log:
        app = AccessLog(app, client_ips)
    return RequestIds(app, client_ips)
