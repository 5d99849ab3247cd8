"""Optional parts that are invalid are left out, one by one; a content that is wrong in what it needs stays as it is."""

from typing import Any

import pytest

from hub.domain.salvage import drop_invalid_parts
from tests.support import contents

PDF = {"name": "a.pdf", "media_type": "application/pdf", "url": "https://example.vn/a.pdf"}
BAD = PDF | {"name": "b.pdf", "url": "http://[x"}


def test_only_the_bad_parts_are_left_out() -> None:
    content = contents.policy(
        attachments=[BAD, PDF, BAD],
        links=[{"label": "x", "url": "http://h:1:2/"}],
        origin={"name": "Cổng", "url": "https://xn--/"},
        dates=[
            {"role": "issued", "on": "2026-02-03", "source": "Văn bản gốc"},
            {"role": "expiry", "on": "9999-12-31", "source": "Trang nguồn"},
        ],
    )

    kept, dropped = drop_invalid_parts("policy", content)

    assert kept["attachments"] == [PDF]
    assert kept["links"] == []
    assert kept["origin"] == {"name": "Cổng"}
    assert [date["role"] for date in kept["dates"]] == ["issued"]
    assert sorted(part.field for part in dropped) == [
        "attachments.0.url",
        "attachments.2.url",
        "dates.1.on",
        "links.0.url",
        "origin.url",
    ]
    assert all(part.detail and part.expected for part in dropped)
    assert len(content["attachments"]) == 3


@pytest.mark.parametrize(
    ("kind", "changes", "gone"),
    [
        ("bulletin", {"image": {"url": "http://[x", "alt": "Ảnh"}}, "image"),
        ("bulletin", {"valid_until": "9999-12-31T23:59:59Z"}, "valid_until"),
        ("draft", {"consultation": {"opens_on": "2026-11-02", "closes_on": "9999-12-31"}}, "consultation"),
        ("statement", {"asked_at": "2026-10-05T09:10:00"}, "asked_at"),
    ],
)
def test_a_bad_optional_member_is_left_out(kind: str, changes: dict[str, Any], gone: str) -> None:
    kept, [part] = drop_invalid_parts(kind, contents.MADE[kind](**changes))

    assert gone not in kept
    assert part.field.startswith(gone)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("policy", {"title": ""}),
        ("policy", {"attachments": [BAD], "type": None}),
        ("policy", {"atachments": []}),
        ("policy", {"attachments": "a.pdf"}),
        ("policy", {"dates": [{"role": "issued", "on": "9999-12-31", "source": "Văn bản gốc"}]}),
        ("statement", {"said_at": "2026-10-05T09:10:00"}),
    ],
)
def test_a_content_that_is_wrong_in_what_it_needs_stays_as_it_is(kind: str, changes: dict[str, Any]) -> None:
    content = contents.MADE[kind](**changes)

    assert drop_invalid_parts(kind, content) == (content, [])


def test_a_valid_content_stays_as_it_is() -> None:
    for kind, make in contents.MADE.items():
        assert drop_invalid_parts(kind, make()) == (make(), [])
