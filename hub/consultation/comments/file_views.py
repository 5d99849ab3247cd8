"""Response models of files of comments."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class CommentFileState(StrEnum):
    """State of a file: it waits for a scan for malware, was found clean, or was refused."""

    waiting = "waiting"
    clean = "clean"
    refused = "refused"


class CommentFileView(BaseModel):
    """A file of a comment, for its author and for editors (tệp kèm theo góp ý)."""

    model_config = ConfigDict(frozen=True)

    position: int = Field(description="Position among the files of the comment, from 1.")
    name: str | None = Field(
        description="Name as its author gave it, cleaned; null for everybody else, and when erased."
    )
    media_type: str = Field(description="Media type, determined from the bytes.", examples=["application/pdf"])
    size: int = Field(description="Size of the cleaned file in bytes.")
    state: CommentFileState = Field(
        description="`waiting`: not scanned for malware yet, so not public. `clean`: public with its comment."
    )
    reason: str | None = Field(description="Code for which it was refused later, such as `file_infected`.")


class CommentFileList(BaseModel):
    """The files of a comment."""

    items: list[CommentFileView] = Field(description="Files, by position.")
