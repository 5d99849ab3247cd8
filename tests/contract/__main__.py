"""The contracts against the promised ones: `python -m tests.contract` checks, with `--promise` it promises these."""

import re
import sys
from pathlib import Path

from hub import openapi
from schema.sdl import sdl
from tests.contract.changes import Change, apply_renames, graphql_changes, renames, rest_changes, unnamed
from tests.contract.rest import lines, read, written

ROOT = Path(__file__).resolve().parents[2]
REST = ROOT / "docs" / "contracts" / "rest.txt"
GRAPHQL = ROOT / "docs" / "contracts" / "schema.graphql"
CHANGELOG = ROOT / "CHANGELOG.md"


def now() -> tuple[str, str]:
    """Both contracts as they are now, in short: REST by lines, SDL without its words."""
    plain = re.sub(r'^ *"""(?:[^"]|"(?!""))*"""\n', "", sdl(), flags=re.MULTILINE)
    return written(lines(openapi.build_openapi())), re.sub(r"\n\n(?=  )", "\n", plain)


def changes() -> list[Change]:
    """How they differ from what was promised last."""
    rest, graphql = now()
    renamed = renames(CHANGELOG.read_text("utf-8"))
    promised = [apply_renames(file.read_text("utf-8"), renamed) for file in (REST, GRAPHQL)]
    return [*rest_changes(read(promised[0]), read(rest)), *graphql_changes(promised[1], graphql)]


def main(arguments: list[str]) -> int:
    """Check, or promise."""
    if arguments == ["--promise"]:
        for file, text in zip((REST, GRAPHQL), now(), strict=True):
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, "utf-8")
        print("docs/contracts holds what is promised from now on.")
        return 0
    for old, new in renames(CHANGELOG.read_text("utf-8")).items():
        print(f"{old} is now {new}.")
    found = unnamed(changes(), CHANGELOG.read_text("utf-8"))
    print("\n".join(found) or "Every difference from the promised contracts is named in CHANGELOG.md.")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
