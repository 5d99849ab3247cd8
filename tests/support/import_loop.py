"""An import that somebody starts again whenever it was interrupted, until the hub has the whole file."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.support.import_samples import write
from tests.support.whole_hub import Hub

ATTEMPT_SECONDS = 90.0
"""An attempt that has not ended after so long waits without end."""
MAX_ATTEMPTS = 30


@dataclass
class ImportLoop:
    """Files of bulletins, imported one after another. `imported` has their titles."""

    hub: Hub
    folder: Path
    agency: str
    imported: list[str] = field(default_factory=list)
    attempts: int = 0
    running: psutil.Process | None = None

    async def run(self, name: str, count: int) -> None:
        """Import a new file of so many bulletins, however often it takes."""
        titles = [f"Bản tin nhập {name}.{n}" for n in range(count)]
        contents = [{"title": title, "lead": "Tin thử.", "body": f"<p>Nội dung của {title}</p>"} for title in titles]
        file = write(
            self.folder / f"{name}.jsonl",
            [
                {"source_id": content["title"], "kind": "bulletin", "agency": self.agency, "content": content}
                for content in contents
            ],
        )
        for _ in range(MAX_ATTEMPTS):
            problem = await self._attempt(file)
            if problem is None:
                self.imported += titles
                return
            await asyncio.sleep(0.2)
        raise AssertionError(f"{file.name} was not imported in {MAX_ATTEMPTS} attempts: {problem}")

    async def _attempt(self, file: Path) -> str | None:
        """Import once; returns None if it succeeded, else the end of its output."""
        self.attempts += 1
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hub", "import", "--publish", str(file)),
            env=self.hub.environment(),
            stdout=PIPE,
            stderr=PIPE,
        )
        self.running = psutil.Process(process.pid)
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                said, problem = await process.communicate()
        except TimeoutError:
            raise AssertionError(f"the import of {file.name} had not ended after {ATTEMPT_SECONDS} s") from None
        finally:
            self.running = None
            if process.returncode is None:
                process.kill()
                await process.wait()
        return None if process.returncode == 0 else (said + problem).decode()[-2_000:]
