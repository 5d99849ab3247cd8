"""Private data in a comment (dữ liệu cá nhân trong ý kiến): phone numbers, citizen ids, e-mail and postal addresses.

A comment in which something is found waits for a moderator; nothing is refused or changed for it. So a doubtful find
costs somebody a look, and a miss publishes a person's data: what stays open is decided for the find.
"""

from dataclasses import dataclass
from enum import StrEnum

from hub.consultation.moderation.private_addresses import find_email_addresses, find_postal_addresses
from hub.consultation.moderation.private_numbers import find_citizen_ids_and_phones
from hub.consultation.moderation.same_length import fold_same_length


class PrivateKind(StrEnum):
    """Kind of private data."""

    phone = "phone"
    citizen_id = "citizen_id"
    email = "email"
    address = "address"


@dataclass(frozen=True, slots=True, order=True)
class PrivateFinding:
    """Private data at `text[start:end]`, in code points."""

    start: int
    end: int
    kind: PrivateKind


def find_private_data(text: str) -> list[PrivateFinding]:
    """Find private data in a text, in the order of the text. The time grows as the text does."""
    folded = fold_same_length(text)
    found = [PrivateFinding(start, end, PrivateKind.email) for start, end in find_email_addresses(folded)]
    found += [
        PrivateFinding(start, end, PrivateKind.citizen_id if is_id else PrivateKind.phone)
        for start, end, is_id in find_citizen_ids_and_phones(folded)
    ]
    found += [PrivateFinding(start, end, PrivateKind.address) for start, end in find_postal_addresses(folded)]
    return sorted(found)
