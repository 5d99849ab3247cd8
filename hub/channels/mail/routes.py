"""REST of subscriptions for everybody: the challenge, and the request. All else goes by the links in the mails."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from hub.auth.encryption import SecretCipher
from hub.auth.proof_of_work import (
    ChallengeView,
    ProofOfWork,
    difficulty_for,
    read_load,
    spend_proof,
    text_digest,
)
from hub.channels.mail.addresses import AddressBook, parse_address
from hub.channels.mail.rows import MAIL_CHANNEL, REQUEST
from hub.channels.mail.setup import find_setup_fault
from hub.channels.mail.subscription_filter import expand_stored
from hub.channels.mail.subscription_subject import SUBSCRIPTIONS
from hub.channels.mail.views import NewSubscription, SubscriptionAnswer
from hub.channels.rows import SWITCH
from hub.db import database_now
from hub.errors import (
    BodyTooLarge,
    NotFound,
    ProofExpired,
    ProofRequired,
    ProofUsed,
    ProofWrong,
    UnknownReference,
)
from hub.i18n.catalogues import LANGUAGES
from hub.manage.http import NoQuery
from hub.problem_texts.templates import fill
from hub.registry.hierarchy import get_registry
from hub.settings import Settings
from hub.state import Parts
from hub.web.language import require_languages
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.rate.middleware import charge_of
from hub.web.rate.quota import Quota
from hub.web.responses import no_store_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1/subscriptions", tags=["Subscriptions"])

HOUR = 3_600
CHALLENGE_PATH = "/api/v1/subscriptions/challenge"
DETAIL = (
    "If the address can get mail, a mail to confirm arrives within minutes, at most one a day. The subscription begins "
    "once it is confirmed."
)


async def is_mail_sent(connection: AsyncConnection, settings: Settings) -> bool:
    """Return True if the hub sends mails: its settings are complete, and the channel is on."""
    query = select(SWITCH.c.is_on).where(SWITCH.c.channel == MAIL_CHANNEL)
    is_on = (await connection.execute(query)).scalar_one_or_none()
    return bool(is_on) and find_setup_fault(settings) is None


@routes.get(
    "/challenge",
    operation_id="get_subscription_challenge",
    response_model=ChallengeView,
    responses=problem_responses(*VALIDATION_ERRORS),
)
async def get_challenge(parts: Parts, _: NoQuery) -> Response:
    """Get a challenge for the proof of work of one request to subscribe. It ends after ten minutes, and is used once.

    The text of the proof is the address, as it is sent.
    """
    async with parts.database.read() as connection:
        difficulty = difficulty_for(await read_load(connection), parts.settings)
        at = await database_now(connection)
    return no_store_response(ProofOfWork(SecretCipher(parts.settings)).issue(SUBSCRIPTIONS, difficulty, at))


@routes.post(
    "",
    operation_id="request_subscription",
    status_code=202,
    response_model=SubscriptionAnswer,
    responses=problem_responses(
        NotFound,
        UnknownReference,
        ProofRequired,
        ProofWrong,
        ProofExpired,
        ProofUsed,
        BodyTooLarge,
        *VALIDATION_ERRORS,
    ),
)
async def request_subscription(request: Request, parts: Parts, body: NewSubscription, _: NoQuery) -> Response:
    """Ask for news by e-mail (đăng ký nhận tin): a mail with a link to confirm is sent to the address.

    The answer is the same whether the address is known or not. One address gets one such mail a day; one network can
    ask 20 times an hour. 404 means that this hub sends no mail.
    """
    settings, cipher = parts.settings, SecretCipher(parts.settings)
    stored = body.filter.to_stored()
    require_languages(body.filter.lang, LANGUAGES)
    expand_stored(stored, body.lang, await get_registry(parts.database))
    async with parts.database.read() as connection:
        if not await is_mail_sent(connection, settings):
            raise NotFound("This hub sends no mail.", expected="a feed, or the change feed")
        at = await database_now(connection)
    if body.proof is None:
        raise ProofRequired(
            "A request to subscribe needs a proof of work.",
            field="proof",
            expected=fill("a proof for a challenge of {challenge_path}", challenge_path=CHALLENGE_PATH),
        )
    given = body.proof
    proof = ProofOfWork(cipher).check(SUBSCRIPTIONS, given.challenge, given.counter, text_digest(body.address), at)
    if (charge := charge_of(request)) is not None:
        await charge.charge_quota(Quota("subscriptions", settings.mail_quota_network, HOUR))
    book, address = AddressBook(cipher), parse_address(body.address)
    row = {
        "address_sealed": book.seal(address),
        "domain_key": book.domain_key(address),
        "filter": stored,
        "mode": body.mode,
        "hour": body.hour,
        "lang": body.lang,
        "made_at": at,
        "next_at": at,
    }
    async with parts.database.write() as session:
        await spend_proof(session, proof)
        await session.execute(insert(REQUEST).values(**row))
    return no_store_response(SubscriptionAnswer(status="accepted", detail=DETAIL), 202)
