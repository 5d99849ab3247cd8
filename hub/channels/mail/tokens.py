"""Tokens of links and return paths: an id with an HMAC, so nothing is stored and nobody can make one.

They are short: a folded `List-Unsubscribe` header breaks some verifiers of DKIM.
"""

import hmac
from base64 import b32decode, b32encode, urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from hub.auth.encryption import SecretCipher

LINK_BYTES, RETURN_BYTES = 11, 10
ID_BYTES, ITEM_BYTES = 16, 8
TOKEN_PATTERN = r"^[A-Za-z0-9_-]{36}$"  # noqa: S105 - a pattern


class LinkTokens:
    """Makes and reads the tokens of links of subscriptions: whoever has one may manage the subscription."""

    def __init__(self, cipher: SecretCipher):
        self._cipher = cipher

    def make(self, subscription: UUID) -> str:
        """Return the token of a subscription: 36 letters."""
        return urlsafe_b64encode(subscription.bytes + self._sign(subscription.bytes)[0]).decode()

    def read(self, token: str) -> UUID | None:
        """Return the subscription of a token; None for one that the hub did not make."""
        try:
            given = urlsafe_b64decode(token.encode("ascii"))
        except ValueError:
            return None
        id_, signature = given[:ID_BYTES], given[ID_BYTES:]
        if len(id_) < ID_BYTES or not any(hmac.compare_digest(signature, right) for right in self._sign(id_)):
            return None
        return UUID(bytes=id_)

    def _sign(self, id_: bytes) -> list[bytes]:
        return [hmac.digest(key, id_, "sha256")[:LINK_BYTES] for key in self._cipher.derive("mail link")]


class ReturnPaths:
    """Makes and reads return paths of mails (VERP): a bounce says by its recipient which mail it is about."""

    def __init__(self, cipher: SecretCipher, address: str):
        self._cipher = cipher
        self.local, _, self.domain = address.rpartition("@")

    def make(self, item_id: int) -> str:
        """Return the return path of an item."""
        id_ = item_id.to_bytes(ITEM_BYTES, "big")
        token = b32encode(id_ + self._sign(id_)[0]).decode().rstrip("=").lower()
        return f"{self.local}+{token}@{self.domain}"

    def read(self, address: str) -> int | None:
        """Return the item of a return path; None for any other address."""
        local, _, domain = address.strip().strip("<>").rpartition("@")
        name, plus, token = local.rpartition("+")
        if not plus or name.lower() != self.local.lower() or domain.lower() != self.domain.lower() or len(token) > 40:
            return None
        try:
            given = b32decode(token.upper() + "=" * (-len(token) % 8))
        except ValueError:
            return None
        id_, signature = given[:ITEM_BYTES], given[ITEM_BYTES:]
        if len(id_) < ITEM_BYTES or not any(hmac.compare_digest(signature, right) for right in self._sign(id_)):
            return None
        return int.from_bytes(id_, "big")

    def _sign(self, id_: bytes) -> list[bytes]:
        return [hmac.digest(key, id_, "sha256")[:RETURN_BYTES] for key in self._cipher.derive("mail return path")]
