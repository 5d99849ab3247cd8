"""Pages of subscriptions: the form, and those behind the links in mails.

A GET only shows a page: programs that check mails follow every link. Everything that changes something is a POST, which
needs neither a cookie nor a redirect (RFC 8058); the link itself is the permission.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from urllib.parse import parse_qs
from uuid import UUID

from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response

from hub.auth.encryption import SecretCipher
from hub.channels.mail.composition import describe_mode, mail_base
from hub.channels.mail.letter import cut
from hub.channels.mail.management import SubscriptionManager, read_subscription
from hub.channels.mail.routes import CHALLENGE_PATH, is_mail_sent
from hub.channels.mail.rows import MailMode, MailSubscriptionRow, SubscriptionState
from hub.channels.mail.subscription_filter import describe_filter
from hub.channels.mail.tokens import LinkTokens
from hub.channels.mail.views import DEFAULT_HOUR
from hub.domain.kinds import KINDS
from hub.embed.queries import read_choices
from hub.errors import InvalidInput
from hub.i18n.catalogues import LANGUAGES, texts
from hub.problem_texts.templates import fill
from hub.registry.hierarchy import get_registry
from hub.state import AppState, Parts
from hub.web.content_security import FORM_CSP, SUBSCRIBE_CSP
from hub.web.language import request_language
from hub.web.pages import page_headers, page_response
from hub.web.parameters import SharedLangParams
from hub.web.responses import NO_STORE
from hub.web.router import HubRouter
from hub.web.templates import render

routes = HubRouter(include_in_schema=False)

MAX_FORM = 2_000
"""Bytes of the longest form that is read."""
MAX_UNKNOWN, MAX_CODE = 5, 60
"""Unknown codes of a query that the form tells of, and characters of each."""
HTML = "text/html; charset=utf-8"
PROOF_SCRIPT = "embed/1.3.0-proof.js"

LinkToken = Annotated[str, Path(max_length=64)]
Lang = Annotated[SharedLangParams, Query()]
Act = Callable[[SubscriptionManager], Awaitable[Any]]


@routes.get("/subscribe")
async def subscribe_page(request: Request, parts: Parts, params: Lang) -> Response:
    """Show the form to subscribe. Members of a filter in the query are chosen already."""
    lang = request_language(request, params.lang, LANGUAGES)
    async with parts.database.read() as connection:
        is_open = await is_mail_sent(connection, parts.settings)
        choices = await read_choices(connection, lang)
    words, root = texts(lang, "mail"), request.scope.get("root_path", "")
    chosen = {name: request.query_params.getlist(name) for name in ("kind", "topic", "agency", "place")}
    options = {"topic": choices.topics, "agency": choices.agencies, "place": choices.places}
    known = {name: {code for code, _ in pairs} for name, pairs in options.items()} | {"kind": set(KINDS)}
    unknown = [
        (name, cut(code, MAX_CODE)) for name, codes in chosen.items() for code in codes if code not in known[name]
    ]
    html = render(
        "subscribe.html",
        root=root,
        lang=lang,
        page="subscribe",
        words=words,
        nav=texts(lang, "home")["nav"],
        other=words["pages"]["other"],
        is_open=is_open,
        kinds=texts(lang, "lists"),
        choices=choices,
        chosen=chosen,
        unknown=unknown[:MAX_UNKNOWN],
        hours=range(24),
        hour=DEFAULT_HOUR,
        api=f"{root}/api/v1/subscriptions",
        challenge=f"{root}{CHALLENGE_PATH}",
        proof=PROOF_SCRIPT,
        contact=parts.settings.mail_contact or mail_base(parts.settings),
        feed=f"{mail_base(parts.settings)}/feeds/all.atom",
    )
    return page_response(request, html, SUBSCRIBE_CSP, vary="Accept-Language")


@routes.get("/s/{token}")
async def show_subscription(request: Request, parts: Parts, token: LinkToken, params: Lang) -> Response:
    """Show a subscription with everything that can be done about it."""
    row = await _find(parts, token)
    return await _page(request, parts, row, token, params.lang)


@routes.get("/s/{token}/confirm")
async def show_confirmation(request: Request, parts: Parts, token: LinkToken, params: Lang) -> Response:
    """Show the button that confirms a subscription."""
    row = await _find(parts, token)
    if row is not None and row.state is SubscriptionState.pending:
        lang = _lang(request, params.lang, row)
        return await _step(request, parts, row, lang, "confirm", action=f"/s/{token}/confirm", button="confirm_button")
    return await _page(request, parts, row, token, params.lang)


@routes.get("/s/{token}/end")
async def show_end(request: Request, parts: Parts, token: LinkToken, params: Lang) -> Response:
    """Show the button that ends a subscription."""
    row = await _find(parts, token)
    if row is not None and row.state is not SubscriptionState.ended:
        lang = _lang(request, params.lang, row)
        return await _step(request, parts, row, lang, "unsubscribe", action=f"/s/{token}", button="unsubscribe")
    return await _page(request, parts, row, token, params.lang)


@routes.post("/s/{token}")
async def end_subscription(request: Request, parts: Parts, token: LinkToken, params: Lang) -> Response:
    """End a subscription: by the button of a page, or by the one click of a mail program."""
    return await _act(request, parts, token, params, lambda manager: manager.end(), "ended")


@routes.post("/s/{token}/confirm")
async def confirm_subscription(request: Request, parts: Parts, token: LinkToken, params: Lang) -> Response:
    """Confirm a subscription."""
    return await _act(request, parts, token, params, lambda manager: manager.confirm(), "confirmed")


@routes.post("/s/{token}/change")
async def change_subscription(request: Request, parts: Parts, token: LinkToken, params: Lang) -> Response:
    """Change the rhythm, the hour and the language of a subscription."""
    form = parse_qs((await _read_form(request)).decode("utf-8", "replace"))
    mode, hour = form.get("mode", [""])[0], form.get("hour", [""])[0]
    lang = form.get("mail_lang", ["vi"])[0]
    if mode not in set(MailMode) or not hour.isdecimal() or len(hour) > 2 or int(hour) > 23 or lang not in LANGUAGES:
        raise InvalidInput("The form is not complete.", field="mode", expected="a rhythm, and an hour from 0 to 23")
    return await _act(
        request, parts, token, params, lambda manager: manager.change(MailMode(mode), int(hour), lang), "changed"
    )


@routes.post("/s/{token}/pause")
async def pause_subscription(request: Request, parts: Parts, token: LinkToken, params: Lang) -> Response:
    """Pause a subscription."""
    return await _act(request, parts, token, params, lambda manager: manager.pause(), "changed")


@routes.post("/s/{token}/resume")
async def resume_subscription(request: Request, parts: Parts, token: LinkToken, params: Lang) -> Response:
    """Resume a paused subscription."""
    return await _act(request, parts, token, params, lambda manager: manager.resume(), "changed")


@routes.post("/s/{token}/erase")
async def erase_address(request: Request, parts: Parts, token: LinkToken, params: Lang) -> Response:
    """Erase the address of a subscription with all its subscriptions."""
    return await _act(request, parts, token, params, lambda manager: manager.erase(), "erased")


async def _read_form(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM:
            raise InvalidInput("The form is too long.", expected=fill("at most {max_form} bytes", max_form=MAX_FORM))
    return body


async def _find(parts: AppState, token: str) -> MailSubscriptionRow | None:
    id_ = _read_token(parts, token)
    if id_ is None:
        return None
    async with parts.database.read() as connection:
        return await read_subscription(connection, id_)


def _read_token(parts: AppState, token: str) -> UUID | None:
    return LinkTokens(SecretCipher(parts.settings)).read(token)


async def _act(
    request: Request, parts: AppState, token: str, params: SharedLangParams, act: Act, said: str
) -> Response:
    row = await _find(parts, token)
    if row is None:
        return await _page(request, parts, None, token, params.lang)
    async with parts.database.write() as session:
        await act(SubscriptionManager(session, row.id))
    lang = _lang(request, params.lang, row)
    link = None if said == "erased" else f"/s/{token}"
    return await _step(request, parts, row, lang, said, link=link)


def _lang(request: Request, requested: str | None, row: MailSubscriptionRow | None) -> str:
    return request_language(request, requested or (row.lang if row is not None else None), LANGUAGES)


async def _page(
    request: Request, parts: AppState, row: MailSubscriptionRow | None, token: str, requested: str | None
) -> Response:
    """Show a subscription; 404 for one that does not exist."""
    lang = _lang(request, requested, row)
    if row is None:
        return await _step(request, parts, None, lang, "missing", status=404)
    registry = await get_registry(parts.database)
    return _answer(
        request,
        lang,
        "subscription.html",
        row=row,
        link=f"{request.scope.get('root_path', '')}/s/{token}",
        lines=describe_filter(row.filter, lang, registry),
        mode=describe_mode(row.mode, row.hour, lang),
        modes=list(MailMode),
        hours=range(24),
    )


async def _step(
    request: Request,
    parts: AppState,
    row: MailSubscriptionRow | None,
    lang: str,
    name: str,
    *,
    action: str | None = None,
    button: str = "",
    link: str | None = None,
    status: int = 200,
) -> Response:
    """Show a page with a title, a text, and at most one button."""
    words, root = texts(lang, "mail")["pages"], request.scope.get("root_path", "")
    lines = [] if row is None else describe_filter(row.filter, lang, await get_registry(parts.database))
    is_end = name == "unsubscribe"
    return _answer(
        request,
        lang,
        "subscription_step.html",
        status=status,
        title=words["unsubscribe" if is_end else f"{name}_title"],
        text=words["unsubscribe_hint" if is_end else f"{name}_text"],
        lines=lines if action else [],
        mode=describe_mode(row.mode, row.hour, lang) if row is not None and action else None,
        action=None if action is None else f"{root}{action}",
        button=words.get(button, ""),
        link=None if link is None else f"{root}{link}",
        is_over=name in ("missing", "ended", "erased"),
    )


def _answer(request: Request, lang: str, template: str, *, status: int = 200, **values: Any) -> Response:
    words = texts(lang, "mail")
    html = render(
        template,
        root=request.scope.get("root_path", ""),
        lang=lang,
        page="subscription",
        words=words,
        nav=texts(lang, "home")["nav"],
        other=words["pages"]["other"],
        **values,
    )
    headers = page_headers(FORM_CSP) | {"cache-control": NO_STORE, "content-type": HTML, "content-language": lang}
    return Response(html, status, headers | {"x-robots-tag": "noindex"})
