"""Every example in the documents runs against a whole hub."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hub.guides.catalogue import NAMES
from hub.web.error_page import error_classes
from tests.support.command_pool import command_file
from tests.support.whole_hub import Hub

ROOT = Path(__file__).resolve().parents[3]
HERE = "http://127.0.0.1:8000"
INSTALLED = Path(sys.executable).with_name("hub")
"""The command as it was installed."""


def blocks(file: str, language: str) -> list[str]:
    """The code blocks of a document."""
    return re.findall(rf"^```{language}\n(.*?)^```", (ROOT / file).read_text("utf-8"), re.MULTILINE | re.DOTALL)


def test_every_curl_of_the_readme_and_the_tutorial_answers_without_an_error(hub: Hub) -> None:
    commands = [
        line
        for file in ("README.md", "docs/tutorial.md", "docs/lists.md")
        for block in blocks(file, "sh")
        if "bash story" not in block
        for line in block.replace("\\\n", " ").splitlines()
        if line.startswith("curl ")
    ]
    base = str(hub.client.base_url).rstrip("/")

    assert len(commands) >= 3 + 4 + 5
    for command in commands:
        ran = subprocess.run(["bash", "-c", f"{command.replace(HERE, base)} -sS"], capture_output=True, timeout=60)
        answer = json.loads(ran.stdout)
        assert "code" not in answer, (command, answer)
        assert "errors" not in answer, (command, answer)


def test_every_command_about_graphql_answers_as_it_says(hub: Hub) -> None:
    base = str(hub.client.base_url).rstrip("/")
    stories = blocks("docs/graphql.md", "sh")

    assert len(stories) >= 6
    for story in stories:
        said = re.search("# refused: ([a-z_]+)", story)
        ran = subprocess.run(
            ["bash", "-e", "-u", "-o", "pipefail", "-c", story.replace(HERE, base)],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ran.returncode == 0, (story, ran.stderr)
        codes = set(re.findall('"code":"([a-z_]+)"', ran.stdout)) if '"errors"' in ran.stdout else set()
        assert codes == ({said[1]} if said else set()), (story, ran.stdout)
        if "what a query costs" in story:
            assert ran.stdout in blocks("docs/graphql.md", "text")


GUIDE_KEYS: dict[str, dict[str, tuple[str, ...]]] = {
    "webhooks": {"key": ("so-y-te", "webhooks")},
    "editing": {"writer": ("so-y-te", "write", "read:working"), "chief": ("ubnd-hue", "publish", "read:working")},
}
"""Keys that the examples of a guide have in variables: agency and scopes."""


@pytest.mark.parametrize("name", NAMES)
def test_every_example_of_a_guide_runs_as_it_says(hub: Hub, name: str) -> None:
    file, base = f"hub/guides/texts/en/{name}.md", str(hub.client.base_url).rstrip("/")
    for program in blocks(file, "python"):
        if HERE in program:  # the others are servers: tests/hub/guides/test_programs.py
            ran = subprocess.run([sys.executable, "-c", program.replace(HERE, base)], capture_output=True, timeout=60)
            assert ran.stdout, ran.stderr
    story = "".join(blocks(file, "sh"))
    ran = subprocess.run(
        ["bash", "-e", "-u", "-o", "pipefail", "-c", story.replace(HERE, base)],
        env=os.environ | {variable: create_key(hub, *given) for variable, given in GUIDE_KEYS.get(name, {}).items()},
        capture_output=True,
        timeout=120,
    )
    said = ran.stdout.decode()

    assert ran.returncode == 0, (said[-2000:], ran.stderr)
    codes = {*re.findall('"code":"([a-z_]+)"', said)} & {error.code for error in error_classes()}
    assert codes == {*re.findall("# refused: ([a-z_]+)", story)}


def create_key(hub: Hub, agency: str, *scopes: str) -> str:
    ran = hub.command("key", "create", "--json", "--agency", agency, *(f"--scope={scope}" for scope in scopes))
    return str(json.loads(ran.stdout)["key"])


def told(
    hub: Hub,
    name: str,
    file: str = "docs/tutorial.md",
    mark: str = "# bash story by",
    program: Path | None = None,
) -> str:
    """Run a story of the tutorial line by line, stopping at the first failure, and return what it prints."""
    program = program or command_file()
    [story] = [block for block in blocks(file, "sh") if f"{mark} {name}" in block]
    base = str(hub.client.base_url).rstrip("/")
    story = story.replace(HERE, base).replace("HUB_DATA=hub-data", f"HUB_DATA='{hub.data}'")
    story = story.replace(".venv/bin/hub", f"'{program}'").replace("$hub", '"$hub"')
    ran = subprocess.run(["bash", "-e", "-u", "-c", story], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.full
def test_the_story_by_rest_ends_with_a_withdrawn_document_that_was_corrected(hub: Hub) -> None:
    last = json.loads(told(hub, "REST").strip().splitlines()[-1])

    assert (last["state"], last["edition"], last["lead"]) == ("withdrawn", 2, "Tiêm vào sáng chủ nhật.")
    assert last["withdrawal"]["reason"] == "Lịch đã thay đổi."
    assert last["correction_of"] == 1


def test_the_guide_for_editors_runs_as_written(hub: Hub) -> None:
    lines = told(hub, "biên tập viên", "docs/editors.vi.md", "# bash story cho", INSTALLED).strip().splitlines()

    assert "html_removed" in lines[0]
    assert int(lines[1]) >= 1
    assert "Lịch tiêm chủng tháng mười hai" in lines[2]
    assert "Thiếu địa điểm tiêm." in "".join(lines)
    assert json.loads(lines[-1])["lead"] == "Tiêm vào sáng thứ bảy tại trạm y tế."


@pytest.mark.full
def test_the_story_by_graphql_ends_the_same_way(hub: Hub) -> None:
    *steps, last = [json.loads(line)["data"] for line in told(hub, "GraphQL").strip().splitlines()]

    assert [result["__typename"] for step in steps for result in step.values()] == ["ManagedDocument"] * 9
    assert last["item"] == {
        "state": "withdrawn",
        "edition": 2,
        "lead": "Tiêm vào sáng chủ nhật.",
        "correctionOf": 1,
        "withdrawal": {"reason": "Lịch đã thay đổi."},
    }


def test_the_story_of_a_consultation_ends_with_its_answers_its_table_and_its_policy(hub: Hub, tmp_path: Path) -> None:
    lines = told_consultation(hub, tmp_path)

    answers, table, events = json.loads(lines[-3]), json.loads(lines[-2]), lines[-1]
    assert events == "['announced', 'opened', 'closed', 'answered', 'adopted']"
    assert {item["outcome"]: item["comments"] for item in answers["items"] if item["group"]} == {"partly": 2}
    [accepted] = [item for item in answers["items"] if item["outcome"] == "accepted"]
    assert (accepted["changed_draft"], accepted["changed_ref"]) == (2, "dieu-1")
    counts = table["counts"]
    outcomes = [counts[name] for name in ("received", "accepted", "partly", "rejected", "noted", "unanswered")]
    assert outcomes == [7, 1, 3, 1, 2, 0]
    assert "0905" not in lines[-2]
    assert (tmp_path / "bang-tong-hop.docx").read_bytes().startswith(b"PK")
    assert "waiting ['private_data']" in lines
    places = next(line for line in lines if line.startswith('{"items":[{"draft":2'))
    waiting = sorted(item["status"] for item in json.loads(places)["items"])
    assert waiting == ["orphaned", "uncertain", "uncertain"], "an opinion of the letter waits as a comment does"


def told_consultation(hub: Hub, folder: Path) -> list[str]:
    """Run the parts of the story in one shell, with the days between them; returns the lines that they print."""
    parts = [
        block for block in blocks("docs/tutorial.md", "sh") if block.startswith("# bash story of a consultation, part")
    ]
    assert len(parts) == 3
    url = hub.setting("database_url")
    waits = [f"'{sys.executable}' -m tests.support.passing_days '{url}' \"$id\" {days}\n" for days in (1, 11)]
    story = parts[0] + waits[0] + parts[1] + waits[1] + parts[2]
    story = story.replace(HERE, str(hub.client.base_url).rstrip("/")).replace("=hub-data", f"='{hub.data}'")
    story = story.replace(".venv/bin/hub", f"'{command_file()}'").replace("$hub", '"$hub"')
    command = ["bash", "-e", "-u", "-o", "pipefail", "-c", story]
    path = {"PYTHONPATH": f"{ROOT}:{os.environ.get('PYTHONPATH', '')}"}
    ran = subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=folder, env=os.environ | path)
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr
    return ran.stdout.strip().splitlines()


def test_the_checker_of_the_log_in_the_documents_accepts_the_log(hub: Hub) -> None:
    [code] = blocks("docs/log.md", "python")
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - the document's own example

    assert names["check"](str(hub.client.base_url).rstrip("/")) == hub.get("/api/v1/changes", limit=1)["head"]
