"""npm packages of tests: installed once for each state of their files, also when two processes come at once."""

import fcntl
import shutil
import subprocess
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

CACHE = Path(__file__).parents[2] / ".cache"


def installed(home: Path, files: Sequence[str], name: str) -> Path:
    """A folder with these files of `home` and the packages that its lock file pins."""
    assert shutil.which("npm"), "npm is needed for this test"
    state = sha256(b"".join((home / each).read_bytes() for each in files)).hexdigest()[:12]
    folder = CACHE / f"{name}-{state}"
    CACHE.mkdir(exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not (folder / "complete").is_file():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for each in files:
                shutil.copyfile(home / each, folder / each)
            # esbuild needs no script of its own: its binary is a package of its own for each platform.
            install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
            subprocess.run(install, cwd=folder, check=True, timeout=600)
            (folder / "complete").touch()
    return folder
