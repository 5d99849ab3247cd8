"""Python packages of tests that no test imports: a venv of their own for each state of a lock file, made once."""

import fcntl
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from tests.support.npm_packages import CACHE


def installed_venv(lock: Path, name: str) -> Path:
    """The folder of programs of a venv with the packages of a lock file, each verified by its hash."""
    state = sha256(lock.read_bytes()).hexdigest()[:12]
    folder = CACHE / f"{name}-{state}"
    CACHE.mkdir(exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not (folder / "complete").is_file():
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", folder], check=True, timeout=600)
            pip = (folder / "bin" / "pip", "--quiet", "--disable-pip-version-check")
            subprocess.run([*pip, "install", "--require-hashes", "-r", lock], check=True, timeout=1_200)
            (folder / "complete").touch()
    return folder / "bin"
