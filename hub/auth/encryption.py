"""Encryption at rest of secrets that the hub signs with, so that a dump of the database has none in plain text.

Fernet (AES-128-CBC with HMAC-SHA256) by `cryptography`. The key is `HUB_SECRETS_KEY`, or a file in the data folder,
which API and worker share.
"""

import hmac
import os
import secrets
import tempfile
from base64 import urlsafe_b64encode
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from hub.errors import SetupProblem
from hub.settings import Settings

KEY_FILE = "secrets.key"


class SecretUnreadable(Exception):
    """A secret was encrypted with a key that the hub no longer has."""


class SecretCipher:
    """Encrypts and decrypts with the keys of the settings, which are read (or created) at the first use."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self._fernet: MultiFernet | None = None

    def encrypt(self, text: str) -> bytes:
        """Encrypt with the first key."""
        return self._get_fernet().encrypt(text.encode())

    def decrypt(self, token: bytes) -> str:
        """Decrypt with any of the keys. Raises `SecretUnreadable`."""
        try:
            return self._get_fernet().decrypt(token).decode()
        except InvalidToken as problem:
            raise SecretUnreadable("The secret was encrypted with another HUB_SECRETS_KEY.") from problem

    def derive(self, purpose: str) -> list[bytes]:
        """Derive a key of 32 bytes for a purpose from each key: the first signs, all of them verify."""
        return [hmac.digest(key.encode(), f"derived/{purpose}".encode(), "sha256") for key in _keys(self.settings)]

    def _get_fernet(self) -> MultiFernet:
        if self._fernet is None:
            self._fernet = MultiFernet(
                [Fernet(urlsafe_b64encode(sha256(key.encode()).digest())) for key in _keys(self.settings)]
            )
        return self._fernet


def _keys(settings: Settings) -> list[str]:
    return settings.encryption_keys() or [_data_folder_key(settings.data)]


def _data_folder_key(folder: Path) -> str:
    """The key in the data folder, created by the first process that needs it.

    A hard link can be created only once, so processes that start at the same time get the same key. Raises
    `SetupProblem`.
    """
    path = folder / KEY_FILE
    try:
        if not path.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, part = tempfile.mkstemp(dir=folder, prefix=f".{KEY_FILE}.")  # its mode is 0600
            try:
                with os.fdopen(handle, "w", encoding="ascii") as file:
                    file.write(secrets.token_hex(32))
                    file.flush()
                    os.fsync(file.fileno())
                with suppress(FileExistsError):
                    path.hardlink_to(part)
            finally:
                Path(part).unlink()
        return path.read_text("ascii").strip()
    except OSError as problem:
        raise SetupProblem(
            f"The key {path} cannot be read or created ({problem.strerror}).",
            expected="HUB_SECRETS_KEY, or a data folder",
        ) from problem
