"""Tokens of the account: sealed, refreshed by one process at a time, and never by a refresh token that was used.

The intent is stored before the call, the new pair after it, by the transaction that ends the intent. Whoever holds the
lock and finds an intent of another knows that its process ended in between: nobody can tell if the refresh token was
used, so a person authorises again.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from hub.auth.encryption import SecretCipher, SecretUnreadable
from hub.channels.items import resume_authorised
from hub.channels.zalo.client import AnswerKind, ZaloClient
from hub.channels.zalo.models import ZALO_CHANNELS, TokenState, ZaloToken
from hub.channels.zalo.token_file import read_used_version, write_used_version
from hub.channels.zalo.token_pair import TokenPair
from hub.database_errors import DATABASE_ERRORS
from hub.db import Database, table
from hub.locks.registry import LockClass, LockLost, hold_lock
from hub.settings import Settings
from hub.times import now

log = structlog.get_logger()

TOKEN = table(ZaloToken)

MARGIN = timedelta(seconds=60)
"""Time before its end from which on an access token is not used any more."""
REFRESH_SHARE = 0.2
"""Share of its life before its end at which an access token is refreshed, also when nothing is sent."""
ACCOUNT_PATH = "/v2.0/oa/getoa"
"""Call that tells which account a token belongs to, with its package and followers."""
FRESH = timedelta(minutes=10)
"""Age of a pair up to which a refusal of it by Zalo leads to no further refresh."""
SAVE_WAITS = (0.2, 1.0, 3.0, 8.0)
"""Seconds between the attempts to save a pair."""
AUTHORISE = "Authorise the hub again with `hub zalo authorise`."
ADVICE = {
    TokenState.lost: "A refresh of the tokens was interrupted, so the refresh token may be used up. " + AUTHORISE,
    TokenState.refused: "Zalo refused the refresh token. " + AUTHORISE,
}
REFUSED_FRESH = f"Zalo refuses a token that is new. If it lasts: {AUTHORISE}"
NEVER = "The hub has no tokens of the account. " + AUTHORISE


@dataclass(frozen=True)
class AccessToken:
    """An access token and the number of its pair."""

    value: str
    version: int


class TokenMissing(Exception):
    """No usable access token. `is_passing`: it may be there in a moment, without a person."""

    def __init__(self, detail: str, *, is_passing: bool = False):
        super().__init__(detail)
        self.is_passing = is_passing


class ZaloTokens:
    """The tokens of the account that the settings name."""

    def __init__(self, database: Database, settings: Settings, client: ZaloClient):
        self.database, self.settings, self.client = database, settings, client
        self.cipher = SecretCipher(settings)
        self.app_id = settings.zalo_app_id or ""

    async def get(self) -> AccessToken:
        """Return an access token that has not ended, refreshed if it must be. Raises `TokenMissing`."""
        row = await self._read()
        if row is None:
            raise TokenMissing(NEVER)
        if row.access_expires_at > now() + MARGIN:
            return self._open(row)
        return await self.refresh(row.version)

    async def refresh(self, version: int, *, was_refused: bool = False) -> AccessToken:
        """Refresh the pair with this number, unless another process has; returns the newest. Raises `TokenMissing`.

        A pair that is new and that Zalo refuses (`was_refused`) is not refreshed again and again. The refresh goes on
        when the caller is cancelled: an answer that nobody reads is a pair that is lost.
        """
        return await asyncio.shield(asyncio.ensure_future(self._refresh_locked(version, was_refused)))

    async def _refresh_locked(self, version: int, was_refused: bool) -> AccessToken:
        try:
            async with hold_lock(self.settings.require_database_url(), LockClass.zalo_tokens):
                return await self._refresh_alone(version, was_refused)
        except LockLost as problem:
            raise TokenMissing("The lock of the tokens was lost.", is_passing=True) from problem

    async def refresh_by_age(self) -> bool:
        """Refresh a pair that nears the end of its life; returns True if it did. Raises `TokenMissing`."""
        row = await self._read()
        if row is None or row.state in (TokenState.lost, TokenState.refused):
            return False
        if row.state == TokenState.valid:
            margin = timedelta(seconds=row.access_seconds * REFRESH_SHARE)
            if row.access_expires_at - margin > now():
                return False
        await self.refresh(row.version)
        return True

    async def authorise(self, code: str, verifier: str, by: str) -> datetime:
        """Exchange a code for the first pair of tokens; returns when the refresh token ends.

        Raises `TokenMissing` with Zalo's words.
        """
        async with hold_lock(self.settings.require_database_url(), LockClass.zalo_tokens):
            form = {"code": code, "code_verifier": verifier, "grant_type": "authorization_code"}
            answer = await self.client.exchange(form)
            pair = TokenPair.parse(answer) if answer.is_done else None
            if pair is None:
                raise TokenMissing(f"Zalo did not accept the code: {answer.words or 'an answer without tokens'}.")
            await self._check_account(pair)
            row = await self._read()
            used = read_used_version(self.settings.data, self.app_id)
            moment = now()
            values = self._columns(pair, moment) | {
                "version": max(row.version if row else 0, used) + 1,
                "authorised_by": by,
                "authorised_at": moment,
            }
            adding = upsert(TOKEN).values(app_id=self.app_id, **values)
            async with self.database.write() as session:
                await session.execute(adding.on_conflict_do_update(index_elements=[TOKEN.c.app_id], set_=values))
                await resume_authorised(session, ZALO_CHANNELS, moment)
            return moment + pair.refresh_life

    async def _check_account(self, pair: TokenPair) -> None:
        """Refuse the tokens of another account than that of the settings. Raises `TokenMissing`."""
        answer = await self.client.ask(ACCOUNT_PATH, pair.access)
        found, wanted = answer.get("oa_id"), self.settings.zalo_oa_id
        if found is not None and wanted is not None and str(found) != wanted:
            raise TokenMissing(f"The account {found} was authorised, and HUB_ZALO_OA_ID is {wanted}.")

    async def _refresh_alone(self, version: int, was_refused: bool) -> AccessToken:
        row = await self._read()
        if row is None:
            raise TokenMissing(NEVER)
        if row.version != version:
            return self._open(row)
        if was_refused and row.state == TokenState.valid and row.changed_at > now() - FRESH:
            raise TokenMissing(REFUSED_FRESH)
        if row.state == TokenState.refreshing:
            await self._set_state(row, TokenState.lost, "A refresh was interrupted.")
            raise TokenMissing(ADVICE[TokenState.lost])
        if row.state != TokenState.valid:
            raise TokenMissing(ADVICE[TokenState(row.state)])
        if read_used_version(self.settings.data, self.app_id) >= row.version:
            await self._set_state(row, TokenState.lost, "The database was restored to an older pair of tokens.")
            raise TokenMissing(ADVICE[TokenState.lost])
        refresh = self._unseal(row.refresh)
        intent = uuid4()
        write_used_version(self.settings.data, self.app_id, row.version)
        async with self.database.write() as session:
            change = update(TOKEN).where(TOKEN.c.app_id == self.app_id, TOKEN.c.version == version)
            await session.execute(change.values(state=TokenState.refreshing, intent=intent, changed_at=now()))
        answer = await self.client.exchange({"refresh_token": refresh, "grant_type": "refresh_token"})
        pair = TokenPair.parse(answer) if answer.is_done else None
        if pair is not None:
            await self._save(pair, intent)
            return AccessToken(pair.access, version + 1)
        if answer.kind is AnswerKind.not_sent:
            write_used_version(self.settings.data, self.app_id, version - 1)
            await self._set_state(row, TokenState.valid, answer.words)
            raise TokenMissing(f"The tokens could not be refreshed: {answer.words}", is_passing=True)
        state = TokenState.refused if answer.kind is AnswerKind.refused else TokenState.lost
        await self._set_state(row, state, answer.words)
        log.error("zalo_tokens_ended", state=state, words=answer.words)
        raise TokenMissing(f"{ADVICE[state]} ({answer.words})")

    async def _save(self, pair: TokenPair, intent: object) -> None:
        """Save the pair and end the intent in one transaction, also if another process took it for lost meanwhile.

        A database that is away is waited for: nobody else has the pair.
        """
        for wait in SAVE_WAITS:
            try:
                await self._save_once(pair, intent)
            except DATABASE_ERRORS:
                await asyncio.sleep(wait)
            else:
                return
        await self._save_once(pair, intent)

    async def _save_once(self, pair: TokenPair, intent: object) -> None:
        async with self.database.write() as session:
            change = update(TOKEN).where(TOKEN.c.app_id == self.app_id, TOKEN.c.intent == intent)
            await session.execute(change.values(**self._columns(pair, now()), version=TOKEN.c.version + 1))
            await resume_authorised(session, ZALO_CHANNELS, now())

    async def _set_state(self, row: ZaloToken, state: TokenState, words: str) -> None:
        async with self.database.write() as session:
            change = update(TOKEN).where(TOKEN.c.app_id == self.app_id, TOKEN.c.version == row.version)
            await session.execute(change.values(state=state, words=words, changed_at=now()))

    async def _read(self) -> ZaloToken | None:
        async with self.database.read() as connection:
            row = (await connection.execute(select(TOKEN).where(TOKEN.c.app_id == self.app_id))).mappings().first()
        return ZaloToken(**row) if row else None

    def _columns(self, pair: TokenPair, moment: datetime) -> dict[str, object]:
        return {
            "state": TokenState.valid,
            "intent": None,
            "access": self.cipher.encrypt(pair.access),
            "refresh": self.cipher.encrypt(pair.refresh),
            "access_expires_at": moment + timedelta(seconds=pair.access_seconds),
            "refresh_expires_at": moment + pair.refresh_life,
            "access_seconds": pair.access_seconds,
            "words": None,
            "changed_at": moment,
        }

    def _open(self, row: ZaloToken) -> AccessToken:
        return AccessToken(self._unseal(row.access), row.version)

    def _unseal(self, sealed: bytes) -> str:
        try:
            return self.cipher.decrypt(sealed)
        except SecretUnreadable as problem:
            raise TokenMissing(f"{problem} {AUTHORISE}") from problem
