"""docs/operating.md explains every alarm, and names only settings and addresses that exist."""

import re
from pathlib import Path

from hub.app import create_app
from hub.ops.health import Ready
from hub.settings import Settings
from tests.support.asgi import running

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")
OF_COMPOSE = {"HUB_POSTGRES_PASSWORD", "HUB_SITE"}


async def test_every_alarm_is_explained_with_what_to_do(settings: Settings) -> None:
    table = PAGE.partition("\n## Alarms\n")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    explained = {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    described = Ready.model_fields["alarms"].description or ""
    named = set(re.findall(r"`([a-z]+_[a-z_]+)`", described))
    app = create_app(settings.model_copy(update={"zalo_app_id": "1", "mail_from": "tin@hue.gov.vn"}))
    async with running(app), app.state.hub.database.read() as connection:
        for read in app.state.hub.alert_readers:
            named |= (await read(connection)).keys()

    assert len(named) > 20
    assert named - explained == set()
    assert explained - named == set()
    assert all(len(row.split("|")) == 5 for row in rows)


def test_settings_that_the_page_names_exist() -> None:
    known = {f"HUB_{name.upper()}" for name in Settings.model_fields} | OF_COMPOSE

    assert set(re.findall(r"HUB_[A-Z0-9_]+", PAGE)) - known == set()
