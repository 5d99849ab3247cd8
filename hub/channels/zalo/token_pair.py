"""Pair of tokens as Zalo answers with it. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from hub.channels.zalo.client import ZaloAnswer

REFRESH_TOKEN_LIFE = timedelta(days=90)
"""Life of a refresh token for which Zalo states none."""


@dataclass(frozen=True)
class TokenPair:
    """A pair of tokens as Zalo answers with it."""

    access: str
    refresh: str
    access_seconds: int
    refresh_life: timedelta

    @classmethod
    def parse(cls, answer: ZaloAnswer) -> "TokenPair | None":
        """Parse an answer; None if it lacks a token. The lives come as numbers or as texts."""
        body = answer.body
        access, refresh = body.get("access_token"), body.get("refresh_token")
        if not (isinstance(access, str) and access and isinstance(refresh, str) and refresh):
            return None
        life = _seconds(body.get("refresh_token_expires_in"))
        return cls(
            access,
            refresh,
            _seconds(body.get("expires_in")) or 3_600,
            timedelta(seconds=life) if life else REFRESH_TOKEN_LIFE,
        )


def _seconds(value: object) -> int:
    """A number of seconds that comes as a number or as a text; 0 for anything else."""
    try:
        return max(0, min(int(str(value)), 10 * 365 * 86_400))
    except ValueError:
        return 0
