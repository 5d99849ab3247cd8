"""Digests by the clock of a process that is not the machine's: a clock set back an hour, with Debian's `faketime`.

The worker itself refuses a clock that differs from the database's, so a scheduler of its own runs under the false one.
"""

import json
import shutil
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta

import pytest

from hub.channels.mail.rows import MailMode
from hub.times import VIETNAM, now
from tests.support import contents, mail_scheduler
from tests.support.mails import MailHub
from tests.support.servers import Publish


@pytest.mark.full
async def test_a_clock_set_back_an_hour_makes_no_digest_twice(mails: MailHub, publish_edition: Publish) -> None:
    if shutil.which("faketime") is None:
        pytest.skip("no faketime on this machine: the injected clock shows the same in test_planning.py")
    # The first digest is due in an hour or two, at whatever time of the day the test runs.
    due = (now().astimezone(VIETNAM) + timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    for n in range(5):
        await mails.subscribe(f"nguoi{n}@vidu.vn", MailMode.daily, hour=due.hour)

    def schedule(moment: datetime) -> int:
        settings = mails.settings.model_dump(exclude_unset=True, mode="json")
        settings["database_url"] = mails.settings.require_database_url()
        settings["smtp_url"] = mails.server.url
        local = moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        done = subprocess.run(
            ["faketime", "-f", f"@{local}", sys.executable, "-m", mail_scheduler.__name__, json.dumps(settings)],
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return int(done.stdout.splitlines()[-1])

    made = []
    for minutes in (-10, 5, -55, 2, 24 * 60 + 5):
        await publish_edition("bulletin", contents.bulletin(title=f"Tin {minutes}"))
        made.append(schedule(due + timedelta(minutes=minutes)))
    assert made == [0, 5, 0, 0, 5]
    await mails.send()
    told = Counter(
        (mail.recipients[0], line) for mail in mails.server.mails for line in mail.text.splitlines() if line[:2] == "* "
    )
    assert set(told.values()) == {1}
    assert len(told) == 25
