"""Bodies and query parameters of the editing of the registry."""

from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, Field, create_model

from hub.domain.scalars import AnyDay, Code, Flag, Line, StoredDay
from hub.domain.types import Content
from hub.registry.entries import ENTRY_MODELS, MAX_SUCCESSORS, SINGULAR, RegistryList
from hub.web.parameters import NoParams

Note = Annotated[
    Line | None,
    Field(
        max_length=500,
        description="Public reason, such as the decision that the change follows from (căn cứ). It goes into the log.",
        examples=["Nghị quyết số 1675/NQ-UBTVQH15"],
    ),
]


class UnitParams(NoParams):
    """Parameters of an address of one entry of the registry."""

    valid_from: AnyDay | None = Field(
        None,
        description="Of a place, the first day of the unit: former and current units share codes. By default the "
        "latest unit with the code.",
    )


class LoadParams(NoParams):
    """Parameters of the load of a file."""

    apply: bool = Field(False, description="Make the changes. By default they are only shown.")


class Rename(Content):
    """A new name from a day on (đổi tên)."""

    name: Line = Field(max_length=300, description="New name.", examples=["Phường Phú Xuân"])
    name_en: Line | None = Field(None, max_length=300, description="New name in English.")
    valid_from: StoredDay = Field(description="First day under the new name (từ ngày).")
    code: Code | None = Field(
        None,
        description="New code of an agency: it becomes a new entry, the old one ends and is succeeded by it. Without "
        "it an agency or topic keeps its code and remembers its former name; a place becomes a new unit with its code.",
    )
    note: Note = None


class Merge(Content):
    """A merger into another entry from a day on (sáp nhập)."""

    into: Code = Field(description="Code of the entry that takes it over.")
    valid_from: StoredDay = Field(description="First day of the merger.")
    note: Note = None


class Close(Content):
    """The end of an entry (chấm dứt)."""

    valid_to: StoredDay = Field(description="First day on which it is no longer valid.")
    note: Note = None


class Successor(Content):
    """Successor of an entry (kế thừa)."""

    code: Code = Field(description="Code of the successor.")
    valid_from: StoredDay | None = Field(None, description="Of a place, the first day of the succeeding unit.")
    whole: Flag = Field(True, description="Of a place, false if it was divided between several units.")


class Succession(Content):
    """The successors of an agency or place; they replace those it has (kế thừa)."""

    successors: list[Successor] = Field(max_length=MAX_SUCCESSORS, description="Successors; an empty list means none.")
    note: Note = None


@cache
def entry_patch(kind: RegistryList) -> type[BaseModel]:
    """Build the model of a change: every member of the list's entries except its code is optional."""
    fields: dict[str, Any] = {
        name: (field.rebuild_annotation() | None, Field(None, description=field.description))
        for name, field in ENTRY_MODELS[kind].model_fields.items()
        if name != "code" and not (kind is RegistryList.places and name == "valid_from")
    }
    name = f"{SINGULAR[kind].capitalize()}Patch"
    return create_model(name, __base__=Content, __doc__=f"Members of an entry of `{kind}` to change.", **fields)
