"""Signed log heads: a stored head proves later what the log contained, independently of the hub.

The Ed25519 signature covers four lines of text: `policy-hub log head`, the epoch, the position and the hash of its
entry, each followed by a line break. The key is a PEM file; processes on several machines need the same one.
"""

from base64 import b64encode
from functools import cached_property
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from pydantic import Field

from hub.domain.types import View
from hub.embedded.private_files import lock, write_private
from hub.errors import SetupProblem
from hub.settings import Settings

KEY_FILE = "signing-key.pem"


class SignedHeadView(View):
    """Signed head of the publication log: a commitment to all entries up to a position (đầu nhật ký có chữ ký)."""

    epoch: UUID = Field(description="Current epoch of the log; after a restore from a backup, a new one begins.")
    seq: int = Field(description="Position of the last entry.", examples=[42])
    hash: str = Field(description="Hash of this entry and, through the chain, of all entries before it.")
    signature: str = Field(
        description="Ed25519 signature in base64 over four lines, each ending with a line break: "
        "`policy-hub log head`, epoch, seq, hash."
    )
    public_key: str = Field(
        description="Public key for the signature: 32 bytes in base64. Store it on your first visit."
    )


def signing_input(epoch: UUID, seq: int, hash_: str) -> bytes:
    """Return the four lines that are signed."""
    return f"policy-hub log head\n{epoch}\n{seq}\n{hash_}\n".encode()


class HeadSigner:
    """Signer of heads with the key of the settings; without one, a key is generated on first use."""

    def __init__(self, settings: Settings):
        self.settings = settings

    def sign(self, epoch: UUID, seq: int, hash_: str) -> SignedHeadView:
        """Sign a head. Raises `SetupProblem` if the key cannot be used."""
        signature = self._key.sign(signing_input(epoch, seq, hash_))
        public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return SignedHeadView(
            epoch=epoch,
            seq=seq,
            hash=hash_,
            signature=b64encode(signature).decode(),
            public_key=b64encode(public).decode(),
        )

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        path = self.settings.signing_key or self.settings.data / KEY_FILE
        try:
            if self.settings.signing_key is None:
                _create_key(path)
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as problem:
            raise SetupProblem(
                f"The signing key {path} cannot be used ({type(problem).__name__}).",
                expected="a PEM file without password: openssl genpkey -algorithm ed25519",
            ) from problem
        if not isinstance(key, Ed25519PrivateKey):
            raise SetupProblem(
                f"The signing key {path} is not an Ed25519 key.", expected="openssl genpkey -algorithm ed25519"
            )
        return key


def _create_key(path: Path) -> None:
    """Generate a key if there is none; a lock file lets processes that start together generate only one."""
    if path.is_file():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with lock(path.with_suffix(".lock"), seconds=10):
        if not path.is_file():
            key = Ed25519PrivateKey.generate()
            write_private(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
