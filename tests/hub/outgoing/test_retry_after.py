"""`Retry-After`: seconds or a date."""

from datetime import UTC, datetime

import pytest

from hub.outgoing.retry_after import parse_delay_seconds, parse_retry_after

MOMENT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0),
        ("Mon, 02 Mar 2026 01:02:00 GMT", 120.0),
        ("Mon, 02 Mar 2020 01:02:00 GMT", 0.0),
        ("soon", None),
        ("", None),
    ],
)
def test_both_forms_of_retry_after_are_understood(said: str, seconds: float | None) -> None:
    assert parse_retry_after({"retry-after": said}, MOMENT) == seconds


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (" 7 ", 7),
        ("999999999", 999_999_999),
        ("1000000000", None),
        ("-1", None),
        ("Mon, 02 Mar 2026 01:02:00 GMT", None),
    ],
)
def test_the_form_in_seconds_alone_has_a_limit_of_digits(said: str, seconds: int | None) -> None:
    assert parse_delay_seconds({"retry-after": said}, max_digits=9) == seconds
