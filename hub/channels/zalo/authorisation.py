"""Authorisation of the hub by the account's administrator, with PKCE (RFC 7636). Pure."""

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

from hub.errors import InvalidInput, SetupProblem
from hub.settings import Settings

VERIFIER_BYTES = 32
"""Random bytes of a verifier: 43 characters, as Zalo wants."""


@dataclass(frozen=True)
class Permission:
    """One attempt to authorise the hub: the page to open, and what its answer is checked with."""

    url: str
    verifier: str
    state: str

    @classmethod
    def begin(cls, settings: Settings) -> "Permission":
        """Make the address of Zalo's page. Raises `SetupProblem` for a missing setting."""
        redirect = settings.zalo_redirect_url or settings.public_url
        if settings.zalo_app_id is None or settings.zalo_app_secret is None or redirect is None:
            raise SetupProblem(
                "Zalo is not set up: HUB_ZALO_APP_ID, HUB_ZALO_APP_SECRET and HUB_ZALO_REDIRECT_URL are needed.",
                expected="the values of the app at Zalo for developers",
            )
        verifier = urlsafe_b64encode(secrets.token_bytes(VERIFIER_BYTES)).rstrip(b"=").decode()
        state = secrets.token_urlsafe(12)
        query = {
            "app_id": settings.zalo_app_id,
            "redirect_uri": redirect,
            "code_challenge": challenge_of(verifier),
            "state": state,
        }
        return cls(f"{settings.zalo_oauth_url.rstrip('/')}/v4/oa/permission?{urlencode(query)}", verifier, state)

    def read_code(self, given: str) -> str:
        """Read the code from the address that Zalo led the browser to, or the code alone. Raises `InvalidInput`."""
        given = given.strip()
        if "://" not in given:
            if not given:
                raise InvalidInput("The code is empty.", expected="the address that Zalo led the browser to")
            return given
        query = parse_qs(urlsplit(given).query)
        if query.get("state", [""])[0] != self.state:
            raise InvalidInput(
                "This address belongs to another attempt.", expected="the address with the state of this one"
            )
        code = query.get("code", [""])[0]
        if not code:
            raise InvalidInput("The address has no code.", expected="an address with `code=…`")
        return code


def challenge_of(verifier: str) -> str:
    """Compute the challenge of a verifier: its SHA-256 in URL-safe Base64 without padding."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
