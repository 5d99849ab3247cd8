"""Drills: the bundled scenarios, in a hub of their own, that reach nothing real whatever is configured."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest

from hub.channels.drills import push_stand_in
from hub.channels.drills.exercise import MARK, ExerciseChannel, UnmarkedPayload
from hub.channels.drills.push_stand_in import PushStandIn
from hub.channels.drills.report import DrillReport, format_seconds, render_report
from hub.channels.drills.runner import run_drill
from hub.channels.drills.scenario import BUNDLED, load_scenario
from hub.channels.drills.settings import DrillSettings, StandInClient, drill_settings
from hub.channels.drills.zalo_stand_in import ZaloStandIn
from hub.errors import InvalidInput
from hub.outgoing.client import RequestFailed
from hub.rooms import register_rooms
from tests.support.channel_stand_in import StandInChannel


class Listener:
    """A real server on loopback that counts the connections it gets."""

    def __init__(self) -> None:
        self.connections = 0
        self.server: asyncio.Server | None = None

    async def start(self) -> str:
        self.server = await asyncio.start_server(self._count, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    async def _count(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.close()


@pytest.fixture
async def real() -> AsyncIterator[Listener]:
    made = Listener()
    await made.start()
    yield made
    assert made.server is not None
    made.server.close()


@pytest.fixture
def real_settings(real: Listener, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of a hub whose channels are set up, with addresses that listen."""
    assert real.server is not None
    url = f"http://127.0.0.1:{real.server.sockets[0].getsockname()[1]}"
    given = {
        "HUB_HUE_S_PUSH_URL": f"{url}/push",
        "HUB_HUE_S_PUSH_SECRET": "whsec_bmfDtG4gbmfhu68gdGjhuq10LCBraMO0bmcgZGnhu4VuIHThuq1w",
        "HUB_ZALO_APP_ID": "778899",
        "HUB_ZALO_APP_SECRET": "bi-mat-that",
        "HUB_ZALO_API_URL": url,
        "HUB_ZALO_OAUTH_URL": url,
        "HUB_OUTGOING_PRIVATE_HOSTS": "127.0.0.1",
        "HUB_DATABASE_URL": f"postgresql://that@127.0.0.1:{url.rpartition(':')[2]}/that",
        "HUB_MEILISEARCH_URL": url,
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return given


@pytest.mark.parametrize("name", BUNDLED)
async def test_a_bundled_scenario_keeps_its_promises_and_opens_no_socket_to_what_is_real(
    name: str,
    database_url: str,
    tmp_path: Path,
    real: Listener,
    real_settings: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(push_stand_in, "SLOW_SECONDS", 0.3)
    register_rooms()
    scenario, stand_ins = load_scenario(name), (PushStandIn(), ZaloStandIn())
    report = await run_drill(scenario, stand_ins, database_url=database_url, folder=tmp_path)
    assert real.connections == 0
    assert report.refused_addresses == []
    assert report.is_passed
    assert report.payloads == report.marked > 0
    assert report.missed == 0
    assert report.unknown == {"lu-lut": 0, "tin-gia": 1}[name]
    states = {item.state for step in report.steps for item in step.items}
    assert states <= {"live", "retracted", "unknown"}

    texts = [orjson.dumps(each.payload).decode() for each in stand_ins[0].record.received]
    texts += [orjson.dumps(each.payload).decode() for each in stand_ins[1].record.received if each.call != "remove"]
    assert texts
    assert all(MARK in text for text in texts)
    # One article for each bulletin, whatever was lost, and none for what was withdrawn.
    shown = [article for article in stand_ins[1].articles.values() if article["status"] == "show"]
    assert len(shown) == {"lu-lut": 1, "tin-gia": 2}[name]
    whole = " ".join(texts) + report.model_dump_json()
    assert not [value for value in real_settings.values() if value in whole]

    assert DrillReport.model_validate_json(report.model_dump_json()) == report
    page = render_report(report)
    assert page.count("DIỄN TẬP") > len(report.steps)
    assert scenario.title in page
    assert "http" not in page.replace("https://dien-tap.invalid", "")


def test_settings_of_a_drill_come_from_no_environment(real_settings: dict[str, str], tmp_path: Path) -> None:
    assert DrillSettings().hue_s_push_url is None
    made = drill_settings("postgresql://drill@127.0.0.1/drill", tmp_path, {})
    dumped = " ".join(str(getattr(v, "get_secret_value", lambda v=v: v)()) for v in made.model_dump().values())
    assert not [value for value in real_settings.values() if value in dumped and value != "127.0.0.1"]


async def test_the_client_of_a_drill_refuses_every_address_but_its_stand_ins(real: Listener) -> None:
    assert real.server is not None
    port = real.server.sockets[0].getsockname()[1]
    client = StandInClient(DrillSettings(outgoing_private_hosts=("127.0.0.1",)), (f"http://127.0.0.1:{port}1",))
    for url in (f"http://127.0.0.1:{port}/push", f"http://127.0.0.1:{port}1@127.0.0.1:{port}/", "https://zalo.me/"):
        with pytest.raises(RequestFailed, match="stand-ins"):
            await client.send("POST", url, content=b"{}")
        with pytest.raises(RequestFailed, match="stand-ins"):
            await client.get(url, headers={}, seconds=1, limit=10)
    await client.close()
    assert real.connections == 0
    assert len(client.refused) == 6


def test_a_payload_without_the_mark_is_not_sent() -> None:
    from tests.hub.channels.push.test_payload import material

    with pytest.raises(UnmarkedPayload):
        ExerciseChannel(StandInChannel()).render(material())


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("title = ", "TOML"),
        ('title = "x"\nsummary = ""\nagency = "hueioc"\nsteps = []', "steps"),
        (
            'title = "x"\nsummary = ""\nagency = "hueioc"\n[[steps]]\ntitle = "y"\naction = "withdraw"\n'
            'bulletin = "b"\nnote = "n"',
            "not published before",
        ),
        (
            'title = "x"\nsummary = ""\nagency = "hueioc"\n[[steps]]\ntitle = "y"\naction = "publish"\n'
            'bulletin = "b"\n[steps.content]\ntitle = "t"',
            "content of step 1",
        ),
    ],
    ids=["syntax", "no steps", "unknown bulletin", "bad content"],
)
def test_a_scenario_that_cannot_run_is_refused_before_it_begins(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "kich-ban.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InvalidInput, match=problem):
        load_scenario(str(path))


async def test_a_fault_that_no_stand_in_has_is_refused(tmp_path: Path) -> None:
    scenario = load_scenario("tin-gia")
    step = scenario.steps[0].model_copy(update={"faults": {"hue_s_push": ["chậm"]}})
    wrong = scenario.model_copy(update={"steps": [step]})
    with pytest.raises(InvalidInput, match="no stand-in"):
        await run_drill(wrong, (PushStandIn(),), database_url="postgresql://none", folder=tmp_path)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0,0 giây"), (59.94, "59,9 giây"), (60, "1 phút 00 giây"), (185.9, "3 phút 05 giây")]
)
def test_times_are_printed_as_people_read_them(seconds: float, text: str) -> None:
    assert format_seconds(seconds) == text
