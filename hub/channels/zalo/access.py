"""Calls of Zalo with the account's token, and the replies that follow from their answers."""

from collections.abc import Awaitable, Callable

from hub.channels.port import ChannelReply, ItemHold, ReplyKind
from hub.channels.zalo.client import PROCESSING, QUOTA_USED, TOKEN_INVALID, AnswerKind, ZaloAnswer
from hub.channels.zalo.tokens import REFUSED_FRESH, AccessToken, TokenMissing, ZaloTokens
from hub.database_errors import DATABASE_ERRORS

Call = Callable[[str], Awaitable[ZaloAnswer]]
"""Makes one call with an access token."""


async def call_authorised(tokens: ZaloTokens, call: Call) -> ZaloAnswer | ChannelReply:
    """Make a call with a valid token; a token that Zalo refuses is refreshed once, since nothing was done.

    Returns a reply instead of an answer while there is no token.
    """
    found = await _find_token(lambda: tokens.get())
    if isinstance(found, ChannelReply):
        return found
    answer = await call(found.value)
    if answer.error != TOKEN_INVALID:
        return answer
    version = found.version
    found = await _find_token(lambda: tokens.refresh(version, was_refused=True))
    if isinstance(found, ChannelReply):
        return found
    answer = await call(found.value)
    if answer.error == TOKEN_INVALID:
        return _hold(f"{answer.words} {REFUSED_FRESH}")
    return answer


def reply_to_read(answer: ZaloAnswer) -> ChannelReply:
    """Reply to a call that changes nothing and was not answered as hoped: it is made again, unless it was refused."""
    return _refuse(answer) if answer.kind is AnswerKind.refused else _retry(answer)


def reply_to_change(answer: ZaloAnswer) -> ChannelReply:
    """Reply to a call that changes something and was not done: a lost answer leaves it unknown."""
    if answer.kind is AnswerKind.ambiguous:
        return ChannelReply(ReplyKind.unknown, words=answer.words)
    return _refuse(answer) if answer.kind is AnswerKind.refused else _retry(answer)


def _retry(answer: ZaloAnswer) -> ChannelReply:
    return ChannelReply(ReplyKind.retry, words=answer.words, retry_after=answer.retry_after)


def _refuse(answer: ZaloAnswer) -> ChannelReply:
    if answer.error == PROCESSING:
        return _retry(answer)  # Zalo is still at work on what came before
    if answer.error == QUOTA_USED:
        return ChannelReply(ReplyKind.hold, words=answer.advise(), hold=ItemHold.quota)
    return ChannelReply(ReplyKind.failed, words=answer.advise())


def _hold(words: str) -> ChannelReply:
    return ChannelReply(ReplyKind.hold, words=words, hold=ItemHold.authorisation)


async def _find_token(read: Callable[[], Awaitable[AccessToken]]) -> AccessToken | ChannelReply:
    try:
        return await read()
    except TokenMissing as problem:
        return ChannelReply(ReplyKind.retry, words=str(problem)) if problem.is_passing else _hold(str(problem))
    except DATABASE_ERRORS:
        return ChannelReply(ReplyKind.retry, words="The database did not answer; no call was made.")
