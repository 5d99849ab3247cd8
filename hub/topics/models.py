"""Topics (chủ đề): the taxonomy that every kind of content shares."""

from sqlmodel import Field, SQLModel


class Topic(SQLModel, table=True):
    """One topic; `parent` makes a shallow tree."""

    __tablename__ = "topic"

    code: str = Field(primary_key=True, max_length=64)
    name: str
    name_en: str
    parent: str | None = Field(default=None, foreign_key="topic.code")
    sort_key: str
