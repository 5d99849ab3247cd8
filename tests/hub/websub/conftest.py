"""A hub whose WebSub callbacks are receivers on this machine."""

import pytest

from hub.settings import Settings
from tests.support.webhooks import quick


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return quick(settings)
