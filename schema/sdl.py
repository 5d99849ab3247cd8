"""The contract `schema.graphql`, generated and committed: `python -m schema.sdl` writes it, with `-` prints it."""

import sys
from functools import cache
from pathlib import Path

from schema.build import schema

FILE = Path(__file__).with_name("schema.graphql")


@cache
def sdl() -> str:
    """Return the schema in GraphQL's schema definition language."""
    return schema.as_str().rstrip() + "\n"


def main(arguments: list[str]) -> None:
    """Write the file, or print it with `-`."""
    if arguments == ["-"]:
        sys.stdout.write(sdl())
    else:
        FILE.write_text(sdl(), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
