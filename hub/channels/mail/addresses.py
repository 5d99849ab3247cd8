"""Addresses: checked without a question to DNS, sealed at rest, and found by an HMAC of their normalized form."""

import hmac
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from hub.auth.encryption import SecretCipher, SecretUnreadable
from hub.problem_texts.templates import fill

MAX_ADDRESS = 254
"""Characters of the longest address that SMTP carries."""
PURPOSE = "mail address"


@dataclass(frozen=True)
class ParsedAddress:
    """An address that can be written to, in ASCII."""

    address: str
    """Local part as it was given, domain in lower case and in ASCII."""
    domain: str

    @property
    def comparable(self) -> str:
        """The form that is compared: almost no server tells letters of the local part by their case."""
        return self.address.lower()


def parse_address(text: str) -> ParsedAddress:
    """Parse an address: one ASCII local part and a public domain name. Raises `ValueError`, which never repeats it."""
    if len(text) > MAX_ADDRESS:
        raise ValueError(fill("has more than {max_address} characters", max_address=MAX_ADDRESS))
    try:
        found = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise ValueError("is not an e-mail address") from None
    address = found.ascii_email
    if address is None or "\r" in address or "\n" in address:
        raise ValueError("is not an e-mail address")
    return ParsedAddress(address, found.ascii_domain or found.domain)


class AddressBook:
    """Seals and opens addresses, and makes the keys by which they are found."""

    def __init__(self, cipher: SecretCipher):
        self._cipher = cipher

    def seal(self, address: ParsedAddress) -> bytes:
        """Seal an address."""
        return self._cipher.encrypt(address.address)

    def open(self, sealed: bytes | None) -> ParsedAddress | None:
        """Open a sealed address; None if it is erased, or sealed under a key that the hub no longer has."""
        try:
            return None if sealed is None else parse_address(self._cipher.decrypt(sealed))
        except (SecretUnreadable, ValueError):
            return None

    def keys(self, address: ParsedAddress) -> list[bytes]:
        """Return the keys under which an address may be stored; the first is that of a new row."""
        return self._digests(f"address\0{address.comparable}")

    def domain_key(self, address: ParsedAddress) -> bytes:
        """Return the key of a domain, for quotas."""
        return self._digests(f"domain\0{address.domain}")[0]

    def _digests(self, text: str) -> list[bytes]:
        return [hmac.digest(key, text.encode(), "sha256") for key in self._cipher.derive(PURPOSE)]
