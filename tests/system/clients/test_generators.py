"""The generators of clients read the served contract: every operation, and no warning to stumble over."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.served import Served
from tests.system.clients.conftest import HERE, read, run

pytestmark = [pytest.mark.full, pytest.mark.server]

DOCS = HERE.parents[2] / "docs"
METHODS = ("get", "put", "post", "patch", "delete")


@pytest.fixture(scope="session")
def document(hub: Served) -> dict[str, Any]:
    """The OpenAPI document as it is served."""
    found: dict[str, Any] = read(hub, "/openapi.json")
    return found


def operation_ids(document: dict[str, Any]) -> set[str]:
    return {
        methods[method]["operationId"]
        for methods in document["paths"].values()
        for method in METHODS
        if method in methods
    }


def block(page: str, language: str) -> str:
    """The one block of a language of a page."""
    [found] = re.findall(rf"^```{language}\n(.*?)^```$", (DOCS / page).read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return str(found)


async def test_openapi_typescript_writes_strict_types_of_every_operation(
    hub: Served, document: dict[str, Any], node_tools: Path, tmp_path: Path
) -> None:
    said = await run(
        node_tools / "node_modules" / ".bin" / "openapi-typescript",
        f"{hub.url}/openapi.json",
        "--output",
        tmp_path / "contract.ts",
        cwd=node_tools,
    )
    text = (tmp_path / "contract.ts").read_text("utf-8")
    written = set(re.findall(r"^    (\w+): \{$", text.split("export interface operations {")[1], re.MULTILINE))

    assert "warn" not in said.lower()
    assert operation_ids(document) <= written
    compiler = node_tools / "node_modules" / ".bin" / "tsc"
    options = {"strict": True, "noEmit": True, "target": "es2022", "types": []}
    project = {"compilerOptions": options, "files": ["contract.ts"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(project), "utf-8")
    await run(compiler, "--project", tmp_path, cwd=tmp_path)


async def test_openapi_python_client_writes_every_operation_without_a_warning(
    hub: Served, document: dict[str, Any], python_tools: Path, tmp_path: Path
) -> None:
    (tmp_path / "config.yml").write_text(block("clients.md", "yaml"), "utf-8")
    # `ruff`, which formats what is written, stands beside the generator.
    words = ["generate", "--url", f"{hub.url}/openapi.json", "--config", "config.yml", "--output-path", "made"]
    said = await run("env", f"PATH={python_tools}:/usr/bin:/bin", "openapi-python-client", *words, cwd=tmp_path)
    written = {file.stem for file in (tmp_path / "made").rglob("api/**/*.py")}

    assert "WARNING" not in said.upper(), said
    assert operation_ids(document) <= written


@pytest.mark.parametrize(("language", "suffix"), [("kotlin", "kt"), ("swift6", "swift")])
async def test_openapi_generator_writes_every_operation_without_a_warning(
    hub: Served, document: dict[str, Any], python_tools: Path, tmp_path: Path, language: str, suffix: str
) -> None:
    assert shutil.which("java"), "a JRE is needed for this test"
    words = ["generate", "-g", language, "-i", f"{hub.url}/openapi.json", "-o", "made"]
    said = await run(python_tools / "openapi-generator-cli", *words, cwd=tmp_path)
    text = "\n".join(file.read_text("utf-8") for file in (tmp_path / "made").rglob(f"*.{suffix}"))
    missing = {name for name in operation_ids(document) if not re.search(rf"\b{camel(name)}\b", text)}

    assert missing == set()
    assert warnings(said) == []


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


TOLERATED = (
    "OpenAPI 3.1 support is still in beta",  # whatever the document is
    "Failed to get the schema name: null",  # of each union with a name, whose classes are written all the same
    "(reserved word) cannot be used as model name",  # enums inside of classes: it renames them itself
)
"""What the generator says of itself."""


def warnings(said: str) -> list[str]:
    return [
        line
        for line in said.splitlines()
        if re.search(r"\b(WARN|ERROR)\b", line) and not any(t in line for t in TOLERATED)
    ]


async def test_graphql_codegen_by_the_documented_file_leaves_no_scalar_unknown(
    hub: Served, node_tools: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "node_modules").symlink_to(node_tools / "node_modules")
    (folder / "codegen.yml").write_text(block("graphql.md", "yaml").replace("http://127.0.0.1:8000", hub.url), "utf-8")
    (folder / "src").mkdir()
    (folder / "src" / "home.graphql").write_text(
        "query Home { policies(first: 3) { edges { node { number issuedOn publishedAt } } } }", "utf-8"
    )

    await run(folder / "node_modules" / ".bin" / "graphql-codegen", "--config", "codegen.yml", cwd=folder)
    written = (folder / "src" / "hub.ts").read_text("utf-8")
    [scalars] = re.findall(r"export type Scalars = \{(.*?)\n\};", written, re.DOTALL)

    schema = (HERE.parents[2] / "schema" / "schema.graphql").read_text("utf-8")
    assert set(re.findall(r"^scalar (\w+)", schema, re.MULTILINE)) <= set(
        re.findall(r"^  (\w+):", scalars, re.MULTILINE)
    )
    assert not re.search(r"\b(any|unknown)\b", scalars.replace("JSON: { input: unknown; output: unknown; }", ""))
