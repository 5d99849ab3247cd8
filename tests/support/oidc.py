"""A sign-in provider for the tests: keys made here, published over real HTTP."""

import json
import threading
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

ISSUER, AUDIENCE = "https://dang-nhap.hue.example", "policy-hub"


@cache
def private(name: str) -> Any:
    """A private key by name; `rsa…`, `ec…` or `ed…`."""
    if name.startswith("rsa"):
        return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    return ec.generate_private_key(ec.SECP256R1()) if name.startswith("ec") else ed25519.Ed25519PrivateKey.generate()


ALGORITHM = {"rsa": "RS256", "ec": "ES256", "ed": "EdDSA"}
_MAKERS: dict[str, Any] = {"rsa": RSAAlgorithm, "ec": ECAlgorithm, "ed": OKPAlgorithm}


def public(name: str) -> dict[str, Any]:
    """The JWK of a key, with its name as the key id."""
    kind = name.split("-")[0]
    return _MAKERS[kind].to_jwk(private(name).public_key(), as_dict=True) | {"kid": name, "use": "sig"}


def claims(**changes: Any) -> dict[str, Any]:
    """The claims of a staff member of the department of health; None takes a claim away."""
    now = int(time.time())
    made = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "nv-017",
        "name": "Trần Thị Lan",
        "iat": now,
        "exp": now + 300,
        "agency": "so-y-te",
        "hub_scopes": "write publish read:working",
    } | changes
    return {name: value for name, value in made.items() if value is not None}


def token(signer: str = "rsa-1", /, *, header: dict[str, Any] | None = None, **changes: Any) -> str:
    """A staff token signed with a key."""
    algorithm = ALGORITHM[signer.split("-")[0]]
    return jwt.encode(claims(**changes), private(signer), algorithm, headers={"kid": signer} | (header or {}))


def raw(header: dict[str, Any], said: dict[str, Any], signature: bytes) -> str:
    """A token put together by hand, as an attacker does."""
    return ".".join(_part(part) for part in (json.dumps(header).encode(), json.dumps(said).encode(), signature))


def _part(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


@dataclass
class Provider:
    """Publishes keys at `url`; may be slow, answer something else, or be closed."""

    names: list[str] = field(default_factory=lambda: ["rsa-1", "ec-1", "ed-1"])
    answer: bytes | None = None
    status: int = 200
    seconds: float = 0
    asked: int = 0

    def __post_init__(self) -> None:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked += 1
                time.sleep(provider.seconds)
                keys = json.dumps({"keys": [public(name) for name in provider.names]}).encode()
                self.send_response(provider.status)
                self.end_headers()
                self.wfile.write(keys if provider.answer is None else provider.answer)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/keys/{id(self)}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
