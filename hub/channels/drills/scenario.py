"""Scenarios of drills (kịch bản diễn tập): TOML files with the steps of editors and the faults of the stand-ins."""

import tomllib
from datetime import datetime, timedelta
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, model_validator

from hub.domain.kinds.bulletin import BulletinContent
from hub.domain.types import Content
from hub.errors import InvalidInput
from hub.problem_texts.validation import explain_shortly
from hub.text_files import read_small_file
from hub.times import format_rfc3339

BUNDLED = ("lu-lut", "tin-gia")
"""Scenarios that come with the hub: a flood, and a false rumour with its correction."""
MAX_BYTES = 1_000_000


class StepAction(StrEnum):
    """Action of an editor in a drill."""

    publish = "publish"
    correct = "correct"
    withdraw = "withdraw"
    restore = "restore"


class DrillStep(Content):
    """A step of a scenario."""

    title: str = Field(min_length=1, max_length=200, description="Step, as the report names it.")
    role: str | None = Field(None, max_length=200, description="Role of who acts.")
    action: StepAction = Field(description="Action.")
    bulletin: str = Field(min_length=1, max_length=60, description="Name of the bulletin within the scenario.")
    content: dict[str, Any] = Field(default_factory=dict, description="Members of the bulletin that change.")
    note: str | None = Field(None, max_length=2_000, description="Note of a correction, reason of a withdrawal.")
    valid_for_hours: float | None = Field(None, gt=0, le=720, description="Hours until `valid_until`.")
    onset_in_hours: float | None = Field(None, ge=0, le=720, description="Hours until `warning.onset`.")
    faults: dict[str, list[str]] = Field(
        default_factory=dict, description="Faults of the stand-ins, by channel, one for each of the next calls."
    )
    waits: bool = Field(True, description="False: the next step begins at once.")

    @model_validator(mode="after")
    def _check_note(self) -> "DrillStep":
        if self.action in (StepAction.correct, StepAction.withdraw) and not self.note:
            raise ValueError(f"a step that does `{self.action}` has a `note`")
        return self


class Scenario(Content):
    """A scenario."""

    title: str = Field(min_length=1, max_length=200, description="Title (tên kịch bản).")
    summary: str = Field(max_length=4_000, description="Situation, in a few sentences (tình huống).")
    goals: list[str] = Field(default_factory=list, max_length=20, description="Goals of the drill (mục tiêu).")
    agency: str = Field(max_length=60, description="Code of the agency that acts, in the registry of Huế.")
    steps: list[DrillStep] = Field(min_length=1, max_length=50, description="Steps in their order (diễn biến).")

    @model_validator(mode="after")
    def _check_contents(self) -> "Scenario":
        contents: dict[str, dict[str, Any]] = {}
        for number, step in enumerate(self.steps, start=1):
            if step.action is StepAction.publish:
                contents[step.bulletin] = {}
            elif step.bulletin not in contents:
                raise ValueError(f"step {number} is about `{step.bulletin}`, which was not published before")
            merged = merge_content(contents[step.bulletin], step, datetime.now().astimezone())
            if step.action in (StepAction.publish, StepAction.correct):
                _check_content(number, merged)
            contents[step.bulletin] = merged
        return self


def merge_content(before: dict[str, Any], step: DrillStep, at: datetime) -> dict[str, Any]:
    """Return the content of a bulletin after a step; times count from `at`."""
    merged = {**before, **step.content}
    if step.valid_for_hours is not None:
        merged["valid_until"] = format_rfc3339(at + timedelta(hours=step.valid_for_hours))
    if step.onset_in_hours is not None and "warning" in merged:
        merged["warning"] = {**merged["warning"], "onset": format_rfc3339(at + timedelta(hours=step.onset_in_hours))}
    return merged


def load_scenario(name: str) -> Scenario:
    """Load a bundled scenario by its name, or one from a file. Raises `InvalidInput`."""
    text = _read_bundled(name) if name in BUNDLED else _read_file(Path(name))
    try:
        return Scenario.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as problem:
        raise InvalidInput(f"{name} is not valid TOML: {problem}", field="FILE") from problem
    except ValidationError as problem:
        raise InvalidInput.of(problem.errors(include_url=False, include_input=False), whole="scenario") from problem


def _read_bundled(name: str) -> str:
    return (files(__package__) / f"data/{name}.toml").read_text("utf-8")


def _read_file(path: Path) -> str:
    expected = f"a TOML file, or {' or '.join(BUNDLED)}"
    try:
        return read_small_file(path, MAX_BYTES).decode("utf-8")
    except UnicodeDecodeError as problem:
        raise InvalidInput(f"{path} is not UTF-8.", field="FILE", expected=expected) from problem


def _check_content(number: int, content: dict[str, Any]) -> None:
    try:
        BulletinContent.model_validate(content)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise ValueError(f"the content of step {number} is not valid: {place}: {explain_shortly(first)}") from problem
