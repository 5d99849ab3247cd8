"""The hub that these tests share."""

from collections.abc import Iterator

import pytest

from tests.support.whole_hub import Hub, start, stop


@pytest.fixture(scope="package")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub with its demo content, in a folder whose name has a space."""
    running = start(tmp_path_factory.mktemp("main line") / "my hub", restarts_quickly=True)
    yield running
    stop(running)
