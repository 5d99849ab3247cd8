"""The places of this machine and of object storage that a source may read.

What the hub itself can read, its sources could read for any agency: so an agency's editors name only places that the
operator gave to this agency, and nobody names the bucket with the hub's own files.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from hub.errors import InvalidInput
from hub.problem_texts.templates import as_words, fill, list_names, one_of
from hub.settings import Settings

OPERATOR = "hub:operator"
"""The actor of commands that were run by `hub source` on the command line."""

_BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,62}(/[^\s]*)?")


@dataclass(frozen=True)
class SourceReach:
    """The reach of the sources of one agency."""

    settings: Settings
    agency: str
    by_operator: bool
    """True for a source that the operator made: it may read what belongs to all agencies."""

    def resolve_path(self, path: Path) -> Path:
        """Resolve a path below the folders of the agency. Raises `InvalidInput` for other files of the machine."""
        roots = self._folders()
        found = (path if path.is_absolute() else roots[0] / path).resolve()
        if not any(found == root or root in found.parents for root in roots):
            raise InvalidInput(
                fill("Sources of {agency} may not read {path}.", agency=self.agency, path=path),
                field="config.path",
                expected=fill(
                    "a path below {roots} (HUB_SOURCE_FOLDERS, HUB_SOURCE_LOCATIONS)", roots=list_names(roots)
                ),
            )
        return found

    def require_bucket(self, url: str) -> None:
        """Raise `InvalidInput` for a bucket that the agency may not read."""
        if not _BUCKET.fullmatch(url) or ".." in url.split("/"):
            raise InvalidInput("This is not the URL of a bucket.", field="config.url", expected="s3://name/prefix")
        own = urlsplit(self.settings.files_url or "")
        if own.scheme == "s3" and own.netloc == urlsplit(url).netloc:
            raise InvalidInput(
                "Sources may not read the bucket with the hub's own files.",
                field="config.url",
                expected="another bucket",
            )
        allowed = [each for each in self._locations() if each.startswith("s3://")]
        if not self.by_operator and not any(_is_below(url, each) for each in allowed):
            raise InvalidInput(
                fill("Sources of {agency} may not read {url}.", agency=self.agency, url=url),
                field="config.url",
                expected=fill(
                    "{allowed} that the operator gave to the agency (HUB_SOURCE_LOCATIONS)",
                    allowed=one_of(allowed) if allowed else as_words("a bucket"),
                ),
            )

    def _folders(self) -> list[Path]:
        shared = [root.resolve() for root in self.settings.source_folders]
        shared = shared or [(self.settings.data / "sources").resolve()]
        own = [Path(each).resolve() for each in self._locations() if not each.startswith("s3://")]
        return [*shared, *own] if self.by_operator else [*(root / self.agency for root in shared), *own]

    def _locations(self) -> list[str]:
        """The places that the operator gave to the agency."""
        pairs = (each.partition("=") for each in self.settings.source_locations)
        return [place.strip() for agency, _, place in pairs if agency.strip() == self.agency]


def _is_below(url: str, allowed: str) -> bool:
    return url.rstrip("/") == allowed.rstrip("/") or url.startswith(allowed.rstrip("/") + "/")
