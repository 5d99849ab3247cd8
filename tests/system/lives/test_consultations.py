"""Random lives of consultations through the real API: no state without its event, no event without its state.

`tests/support/consultation_life.py` does the acts, `consultation_life_model.py` holds the model,
`consultation_life_comparison.py` what is compared after every act, `random_consultations.py` the draws.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from tests.support.database_pool import DatabasePool
from tests.support.figures import Figure
from tests.support.random_consultations import live

PROCESSES = 2


def test_consultations_and_their_comments_agree_with_their_log_and_their_public_lists(database_url: str) -> None:
    done = live(database_url, 4, acts=(10, 30))

    assert done["lives"] >= 4
    assert min(done["accepted"], done["refused"], done["entries"], done["comments"]) > 8, "the lives were too quiet"


@pytest.mark.long
@pytest.mark.counts(full=20, soak=1_000)
async def test_thousands_of_consultations_agree_with_their_log_and_their_public_lists(
    databases: DatabasePool, count: int, figure: Figure
) -> None:
    each = count // PROCESSES
    running = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            str(Path(__file__).parents[2] / "support" / "random_consultations.py"),
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
        assert min(done["accepted"], done["refused"], done["entries"], done["comments"]) > each, "too quiet"
