"""Reasons for which a comment waits for a moderator before it is public."""

from hub.consultation.comments.models import HoldReason
from hub.consultation.moderation.private_data import PrivateKind, find_private_data


def hold_reasons(
    text: str, shown_name: str | None, *, review_first: bool, within_quota: bool = True
) -> list[HoldReason]:
    """Return the reasons for which a comment waits; empty: it is public at once. `shown_name`: None if not shown."""
    # Names of offices and firms look like addresses.
    in_name = [one for one in find_private_data(shown_name or "") if one.kind is not PrivateKind.address]
    given = {
        HoldReason.quota: not within_quota,
        HoldReason.private_data: bool(in_name or find_private_data(text)),
        HoldReason.review_first: review_first,
    }
    return [reason for reason, is_given in given.items() if is_given]
