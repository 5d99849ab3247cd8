"""The first week of an agency, from an empty data folder and by the public surface alone: by REST, and by GraphQL."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from hub.times import VIETNAM
from tests.support import contents
from tests.support import file_samples as samples
from tests.support.printed_decisions import as_docx
from tests.support.week_offices import GraphqlOffice, Office, Refused, RestOffice
from tests.support.whole_hub import Hub, start, stop

SHEETS: dict[str, list[list[str]]] = {
    "Cơ quan": [
        ["Mã", "Tên", "Cấp", "Cấp trên", "Mã địa bàn"],
        ["ubnd-mau", "UBND thành phố Mẫu", "Tỉnh", "", "90000"],
        ["so-xanh", "Sở Cây xanh", "Sở", "ubnd-mau", ""],
        ["so-lam", "Sở Nước sạch", "Sở", "ubnd-mau", ""],
    ],
    "Chủ đề": [["Mã", "Tên", "Tên tiếng Anh"], ["moi-truong", "Môi trường", "Environment"]],
    "Địa bàn": [
        ["Mã", "Tên", "Cấp", "Cấp trên", "Từ ngày"],
        ["90000", "Thành phố Mẫu", "Thành phố", "", "2025-01-01"],
        ["90001", "Phường Sông Đào", "Phường", "90000", "2025-07-01"],
        ["90002", "Phường Bến Ngự", "Phường", "90000", "2025-07-01"],
    ],
    "Ghi chú": [["Trang này không thuộc danh mục."]],
}
ALL_SCOPES = [word for scope in ("admin", "write", "publish", "read:working") for word in ("--scope", scope)]
NEW_NAMES = {"90001": "Phường Tân Giang", "90002": "Phường An Khê"}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub without any content, whose registry comes from a workbook."""
    folder = tmp_path_factory.mktemp("first week")
    running = start(folder / "data", "--no-demo")
    assert running.get("/api/v1/policies")["items"] == []
    assert running.get("/api/v1/changes")["head"] == 0
    assert "hub registry load" in running.client.get("/").text
    loaded = running.command("registry", "load", _workbook(folder / "danh-muc.xlsx"), "--apply")
    assert loaded.stdout.strip().endswith("Done: 7 added, 0 changed, 0 removed."), loaded.stderr
    yield running
    stop(running)


@pytest.fixture(scope="module")
def admin(hub: Hub) -> str:
    """The first key, which comes from the shell alone."""
    words = ["--agency", "ubnd-mau", *ALL_SCOPES, "--person", "Nguyễn Quản Trị"]
    return str(json.loads(hub.command("key", "create", "--json", *words).stdout)["key"])


@pytest.mark.parametrize(
    ("protocol", "agency", "ward"),
    [
        (RestOffice, "so-xanh", "90001"),
        pytest.param(GraphqlOffice, "so-lam", "90002", marks=pytest.mark.full),
    ],
)
def test_the_first_week_of_an_agency(hub: Hub, admin: str, protocol: type[Office], agency: str, ward: str) -> None:
    office, today = protocol(hub.client, agency, ward), datetime.now(VIETNAM).date()
    with pytest.raises(Refused) as refused:
        office.add_person(None, "Người lạ")
    assert refused.value.code == "unauthenticated"
    writer = office.add_key(admin, office.add_person(admin, f"Trần Bình {agency}"), "write", "read:working")["key"]
    second = office.add_key(admin, office.add_person(admin, f"Lê Cường {agency}"), "publish", "read:working")
    chief = second["key"]

    bulletin = _write_bulletin(office, writer)
    policy = _write_policy(office, writer)
    _refuse_a_wrong_code(office, writer)
    assert office.public("bulletin", bulletin) is None
    for document in (bulletin, policy):
        office.step(writer, document, "submit")
    # The policy is weighty: the administrator made both keys, and could have both, until the operator vouches for one.
    assert office.waiting(chief) == {bulletin}
    assert office.batch(chief, "approve", bulletin, policy) == ["approved", "four_eyes"]
    assert hub.command("key", "vouch", second["id"]).returncode == 0
    assert office.waiting(chief, "trong cay xanh") == {policy}
    assert office.waiting(writer) == set()
    for verb, state in (("approve", "approved"), ("publish", "published")):
        assert office.batch(chief, verb, policy) == [state]
    due = datetime.now(UTC) + timedelta(seconds=4)
    office.step(chief, bulletin, "schedule", at=due.isoformat())
    shown = office.public("bulletin", bulletin)
    assert shown is None or datetime.now(UTC) >= due
    _is_due(hub, office, bulletin)

    _correct(office, writer, chief, bulletin)
    _rename(hub, office, admin, bulletin, today)
    _open_an_app(office, writer, chief, bulletin, policy, today)


def _workbook(path: Path) -> Path:
    book = Workbook()
    for name, rows in SHEETS.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def _write_bulletin(office: Office, writer: str) -> str:
    """A bulletin with a picture in its text and a PDF beside it; the answer says what cleaning changed."""
    content = contents.bulletin(title=f"Lịch tưới cây của {office.agency}", topics=["moi-truong"], places=[office.ward])
    made = office.create(writer, "bulletin", content)
    document = str(made["id"])
    assert made["warnings"] == []
    picture = office.upload(writer, document, "cay.png", samples.picture("PNG", (640, 360)), "image/png")
    notice = office.upload(
        writer, document, "lich.pdf", samples.pdf(words=office.agency, size=3_000), "application/pdf"
    )
    figure = f'<figure><img src="{picture["url"]}" alt="Hàng cây"><figcaption>Hàng cây ven sông</figcaption></figure>'
    attachment = {name: notice[name] for name in ("name", "media_type", "url", "size", "sha256")}
    body = f"<div><p>Tưới <font>hai lần</font> mỗi ngày.</p></div>{figure}"
    saved = office.save(writer, document, content | {"body": body, "attachments": [attachment]})
    assert {warning["field"] for warning in saved["warnings"]} == {"body"}
    return document


def _write_policy(office: Office, writer: str) -> str:
    """A decision read from a DOCX, looked over and saved."""
    number = {"so-xanh": "31/QĐ-UBND", "so-lam": "32/QĐ-UBND"}[office.agency]
    file = as_docx(number, "trồng cây xanh ven sông", "kế hoạch trồng cây xanh ven sông")
    read = office.read_file(writer, "policy", "quyet-dinh.docx", file)
    assert read["content"]["number"] == number
    weighty = {"high_impact": True, "topics": ["moi-truong"], "places": [office.ward]}
    return str(office.create(writer, "policy", read["content"] | weighty)["id"])


def _refuse_a_wrong_code(office: Office, writer: str) -> None:
    with pytest.raises(Refused) as refused:
        office.create(writer, "bulletin", contents.bulletin(topics=["chu-de-la"]))
    assert (refused.value.code, refused.value.field) == ("unknown_reference", "topics")


def _is_due(hub: Hub, office: Office, bulletin: str) -> None:
    """The hub publishes the bulletin at its time, with its picture and its file."""
    shown: dict[str, Any] = hub.wait(lambda: office.public("bulletin", bulletin))
    assert shown["title"] == f"Lịch tưới cây của {office.agency}"
    assert shown["body"].startswith("<p>Tưới hai lần mỗi ngày.</p><figure><img src=")
    [attached] = shown["attachments"]
    assert hub.client.get(attached["url"]).headers["content-type"] == "application/pdf"
    picture = shown["body"].partition('src="')[2].partition('"')[0]
    assert hub.client.get(picture).headers["content-type"].startswith("image/")


def _correct(office: Office, writer: str, chief: str, bulletin: str) -> None:
    """A correction goes through review, too, and says that it is one."""
    corrected = contents.bulletin(
        title=f"Lịch tưới cây của {office.agency}", lead="Tưới vào buổi tối.", places=[office.ward]
    )
    office.step(writer, bulletin, "correct", note="Sửa giờ tưới.", content=corrected)
    office.step(writer, bulletin, "submit")
    for verb, state in (("approve", "approved"), ("publish", "published")):
        assert office.batch(chief, verb, bulletin) == [state]
    shown = office.public("bulletin", bulletin)
    assert shown is not None
    assert (shown["edition"], shown["lead"]) == (2, "Tưới vào buổi tối.")


def _rename(hub: Hub, office: Office, admin: str, bulletin: str, today: date) -> None:
    """Lists, search and feeds follow a ward to its new name."""
    new = NEW_NAMES[office.ward]
    office.rename_ward(admin, new, today.isoformat())
    hub.wait(lambda: bulletin in office.find(f"tưới cây {new}"))
    assert office.listed("bulletin") == [bulletin]
    feed = hub.get("/feeds/bulletins.json", place=office.ward)
    assert [item["title"] for item in feed["items"]] == [f"Lịch tưới cây của {office.agency}"]
    places = hub.get("/api/v1/places", valid_on=today.isoformat())["items"]
    assert {place["name"] for place in places if place["code"] == office.ward} == {new}
    events = hub.get("/api/v1/changes", after=0, subject="registry", limit=1000)["items"]
    assert "renamed" in {entry["event"] for entry in events if entry["subject_id"].startswith(f"place:{office.ward}")}


def _open_an_app(office: Office, writer: str, chief: str, bulletin: str, policy: str, today: date) -> None:
    """An app's home screen: what is new in the ward, and the drafts that are open, the one that closes first on top."""
    windows = {"later": (-2, 20), "sooner": (0, 6), "closed": (-30, -1), "coming": (5, 25)}
    drafts = {}
    for number, (name, (opens, closes)) in enumerate(windows.items(), start=1):
        window = {
            "opens_on": (today + timedelta(days=opens)).isoformat(),
            "closes_on": (today + timedelta(days=closes)).isoformat(),
            "contact": "Văn phòng Sở",
        }
        content = contents.draft(
            title=f"Dự thảo {number} của {office.agency}",
            drafting_agency=office.agency,
            consultation=window,
            high_impact=False,
            places=[office.ward],
        )
        drafts[name] = str(office.create(writer, "draft", content)["id"])
    for document in drafts.values():
        office.step(writer, document, "submit")
    for verb, state in (("approve", "approved"), ("publish", "published")):
        assert office.batch(chief, verb, *drafts.values()) == [state] * len(drafts)

    assert office.home() == {
        "bulletins": [bulletin],
        "policies": [policy],
        "drafts": [drafts["sooner"], drafts["later"]],
    }
