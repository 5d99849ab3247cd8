"""The reason for a quarantine says what was looked for and what was found."""

import pytest

from hub.content.validation import validate_content
from hub.errors import InvalidInput
from ingest.sources.pipeline.gaps import explain_gap

TEXT = "ỦY BAN NHÂN DÂN\n\nSố: 702/KH-UBND\nTrồng cây đường phố"
HELD = {"number": "702/KH-UBND", "issuers": [{"name": "Ủy ban nhân dân thành phố Mẫu"}]}


def refuse(content: dict[str, object]) -> InvalidInput:
    with pytest.raises(InvalidInput) as found:
        validate_content("policy", content)
    return explain_gap(found.value, content, TEXT, ["type: The type is not printed."])


def test_missing_members_are_told_with_what_was_looked_for_and_found() -> None:
    reason = refuse({**HELD, "dates": [{"role": "issued", "on": "2026-03-02", "source": "Văn bản gốc"}]})
    assert (reason.code, reason.field) == ("invalid_input", "title")
    for words in (
        "title (a title below the type",
        "type (the type in capitals above the title",
        "number 702/KH-UBND",
        "issuers Ủy ban nhân dân thành phố Mẫu",
        "dates 2026-03-02",
        "type: The type is not printed.",
        "ỦY BAN NHÂN DÂN / Số: 702/KH-UBND / Trồng cây đường phố",
    ):
        assert words in reason.detail
    assert "Field required" not in reason.detail
    assert {each["field"] for each in reason.extra["errors"]} >= {"title", "type"}


def test_an_error_of_a_member_that_is_there_stays_as_it_is() -> None:
    content = {**HELD, "title": "x", "type": "Kế hoạch", "dates": "hôm qua"}
    with pytest.raises(InvalidInput) as found:
        validate_content("policy", content)
    assert explain_gap(found.value, content, TEXT, []) is found.value
