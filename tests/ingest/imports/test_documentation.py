"""docs/import.md is true: its examples can be imported and use every field, and its table has every reason."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from hub.db import Database
from hub.domain.kinds import KINDS
from hub.errors import InvalidInput, UnknownReference
from ingest.imports.read_jsonl import MEMBERS
from ingest.records import RejectionCode
from tests.support.import_samples import imported, told, write

PAGE = (Path(__file__).parents[3] / "docs" / "import.md").read_text("utf-8")
EXAMPLES: list[dict[str, Any]] = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
OWN = {example["kind"]: example for example in EXAMPLES if "kind" in example}


async def test_every_example_imports_and_publishes(database: Database, tmp_path: Path) -> None:
    own = write(tmp_path / "own.jsonl", OWN.values())
    assert told(await imported(database, own)) == (4, 0, 0, 0, 4)
    legal = write(tmp_path / "legal.jsonl", [example for example in EXAMPLES if "kind" not in example])
    assert told(await imported(database, legal)) == (1, 0, 0, 0, 1)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_example_shows_every_field_of_its_kind(kind: str) -> None:
    model: type[BaseModel] = KINDS[kind].content
    assert set(OWN[kind]["content"]) == set(model.model_fields) - {"derived", "unmapped", "missing"}


def test_the_members_of_a_record_are_documented() -> None:
    documented = set(re.findall(r"^\| `(\w+)` \|", PAGE.split("### A policy")[0], re.MULTILINE))
    assert documented == MEMBERS == set(OWN["policy"])


def test_every_reason_is_documented() -> None:
    documented = set(re.findall(r"^\| `(\w+)` \|", PAGE.split("## Quarantine")[1], re.MULTILINE))
    assert documented == {why.value for why in RejectionCode} | {InvalidInput.code, UnknownReference.code}
