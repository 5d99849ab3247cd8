"""Names of rate-limit buckets, of which nobody can read whose they are: HMACs under a key derived from the hub's."""

import hmac

from hub.auth.encryption import SecretCipher

PURPOSE = "rate-limit-buckets"


class RateNames:
    """Conceals addresses and principals in the table of buckets, which all API processes share."""

    def __init__(self, cipher: SecretCipher):
        self._cipher = cipher
        self._key: bytes | None = None

    def __call__(self, who: str) -> str:
        """Return 64 hexadecimal digits, the same in every process with the same key. Raises `SetupProblem`."""
        if self._key is None:
            self._key = self._cipher.derive(PURPOSE)[0]
        return hmac.digest(self._key, who.encode(), "sha256").hex()
