"""Random lives of documents through the real API: whatever editors do, the public reads what was published and no more.

`tests/support/life.py` does the verbs, `life_model.py` holds the model, `life_comparison.py` what is compared after
every step, `tests/support/random_lives.py` the rules.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from hub.settings import Settings
from tests.support.database_pool import DatabasePool
from tests.support.figures import Figure
from tests.support.life_model import LANGUAGES
from tests.support.random_lives import live

PROCESSES = 2


def test_random_lives_show_the_public_what_was_published_and_no_more(database_url: str) -> None:
    done = live(database_url, 4, moves=(5, 12))

    assert done["lives"] >= 4
    assert min(done["accepted"], done["refused"], done["entries"]) > 7, "the lives were too quiet"


@pytest.mark.long
@pytest.mark.counts(full=1_500, soak=50_000)
async def test_thousands_of_random_lives_show_the_public_what_was_published_and_no_more(
    databases: DatabasePool, count: int, figure: Figure
) -> None:
    each = count // PROCESSES
    running = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            str(Path(__file__).parents[2] / "support" / "random_lives.py"),
            url,
            str(each),
            str(number),
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        for number, url in enumerate([databases.acquire() for _ in range(PROCESSES)])
    ]
    ended = await asyncio.gather(*(process.communicate() for process in running))

    for process, (said, complained) in zip(running, ended, strict=True):
        assert process.returncode == 0, complained.decode()[-20_000:]
        done = json.loads(said.splitlines()[-1])
        for name, value in done.items():
            figure(name, value)
        assert done["lives"] >= each
        assert min(done["accepted"], done["refused"], done["entries"]) > each, "the lives were too quiet"


def test_the_languages_of_the_model_are_those_of_the_hub(settings: Settings) -> None:
    assert settings.languages == LANGUAGES
