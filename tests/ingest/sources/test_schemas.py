"""Definitions and schedules of sources."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from hub.errors import InvalidInput
from hub.settings import Settings
from hub.times import VIETNAM
from ingest.sources.commands import validate_source
from ingest.sources.name_pattern import matches
from ingest.sources.reach import SourceReach
from ingest.sources.schedule import check_schedule, next_after, usual_pause
from ingest.sources.schemas import check_location

FEED: dict[str, Any] = {
    "code": "cong-mau",
    "name": "Cổng thông tin mẫu",
    "type": "feed",
    "kind": "bulletin",
    "agency": "ubnd-hue",
    "config": {"url": "https://example.vn/rss.xml"},
}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "list"}, "config.links"),
        ({"type": "jsonl", "config": {}}, "config.url"),
        ({"type": "push", "schedule": "1h"}, "schedule"),
        ({"kind": "poem"}, "kind"),
        ({"kind": "press", "trust": "publish"}, "kind"),
        ({"kind": "press", "type": "sitemap"}, "kind"),
        ({"kind": "press", "mapping": {"defaults": {"topics": ["rac-thai"]}}}, "mapping.defaults"),
        ({"schedule": "10s"}, "schedule"),
        ({"schedule": "0 6 * *"}, "schedule"),
        ({"mapping": {"select": {"title": "h1["}}}, "mapping.select.title"),
        ({"mapping": {"defaults": {"signer": "x"}}}, "mapping.defaults"),
        ({"config": {"url": "https://example.vn", "include": "("}}, "config.include"),
        ({"config": {"url": "https://example.vn", "include": "(?<=tin/)\\d"}}, "config.include"),
        ({"config": {"url": "https://example.vn", "exclude": r"(a)\1"}}, "config.exclude"),
        ({"colour": "red"}, "colour"),
        ({"code": "Cổng"}, "code"),
    ],
)
def test_a_wrong_member_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        validate_source(FEED | change)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"config": {"url": "http://127.0.0.1/rss"}}, "config.url"),
        ({"config": {"url": "ftp://example.vn/rss"}}, "config.url"),
        ({"type": "folder", "config": {"path": "/etc"}}, "config.path"),
        ({"type": "folder", "config": {"path": "../../etc"}}, "config.path"),
        ({"type": "bucket", "config": {"url": "https://example.vn"}}, "config.url"),
    ],
)
def test_a_source_points_only_to_locations_that_the_hub_may_read(
    change: dict[str, Any], field: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_location(
            validate_source(FEED | change), SourceReach(Settings(data=tmp_path), "ubnd-hue", by_operator=True)
        )
    assert refused.value.field == field


def test_a_link_does_not_lead_out_of_the_folders_for_sources(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "out").symlink_to("/etc")
    with pytest.raises(InvalidInput):
        reach = SourceReach(Settings(data=tmp_path), "ubnd-hue", by_operator=True)
        check_location(validate_source(FEED | {"type": "folder", "config": {"path": "out"}}), reach)


def test_intervals_and_cron_run_in_vietnamese_time() -> None:
    moment = datetime(2026, 11, 23, 23, 30, tzinfo=VIETNAM)
    assert next_after("6h", moment) == datetime(2026, 11, 24, 5, 30, tzinfo=VIETNAM)
    assert next_after(check_schedule(" 0  6 * * 1-5"), moment) == datetime(2026, 11, 24, 6, 0, tzinfo=VIETNAM)
    assert usual_pause("0 6 * * *", moment).days == 1


@pytest.mark.parametrize(
    ("pattern", "name", "found"), [("(a+)+$", "a" * 50_000 + "!", False), ("(?i)/TIN-TỨC/", "/tin-tức/5", True)]
)
def test_a_pattern_of_an_editor_matches_in_time_that_grows_with_the_name(pattern: str, name: str, found: bool) -> None:
    assert matches(pattern, name) is found


def test_a_pattern_that_cannot_be_linear_is_refused_in_words() -> None:
    with pytest.raises(InvalidInput) as refused:
        validate_source(FEED | {"config": {"url": "https://example.vn", "include": "(?!xoa)tin"}})
    assert "without look-aheads" in refused.value.detail
