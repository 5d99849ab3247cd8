"""A hub that sends mails to a real server."""

from collections.abc import AsyncIterator, Iterator

import pytest

from hub.db import Database
from hub.settings import Settings
from tests.support.mail_server import MailServer, mail_server
from tests.support.mails import MailHub, mail_settings


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
async def mails(settings: Settings, database: Database, server: MailServer) -> AsyncIterator[MailHub]:
    """A hub whose channel `email` is on."""
    hub = MailHub(mail_settings(settings, server), database, server)
    await hub.switch_on()
    yield hub
    await hub.channel.close()
