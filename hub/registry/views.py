"""Response models of the registry."""

from datetime import date

from pydantic import BaseModel, Field

from hub.domain.types import View


class FormerNameView(View):
    """A name that an entry had until a day (tên cũ)."""

    name: str = Field(description="Former name.")
    valid_to: date = Field(description="First day on which it was no longer the name.")


class AgencyView(View):
    """An agency under one name (cơ quan)."""

    code: str = Field(description="Code of the agency; never reused.", examples=["ubnd-hue"])
    name: str = Field(
        description="Name (tên), in a list in the requested language.", examples=["Ủy ban nhân dân thành phố Huế"]
    )
    name_en: str | None = Field(None, description="Name in English.")
    level: str = Field(description="Level: central, province, department, commune, party or other (cấp).")
    parent: str | None = Field(None, description="Code of the parent agency (cơ quan cấp trên).")
    place: str | None = Field(None, description="Code of its administrative unit (địa bàn).")
    valid_from: date | None = Field(None, description="First day under this name; null if unknown.")
    valid_to: date | None = Field(None, description="First day no longer under this name; null if still valid.")
    successors: list[str] = Field(description="Codes of the agencies that took over its work (cơ quan kế thừa).")
    former_names: list[FormerNameView] = Field(description="Former names under the same code (tên cũ).")


class TopicView(View):
    """A topic (chủ đề)."""

    code: str = Field(description="Code of the topic; never reused.", examples=["truyen-thong"])
    name: str = Field(description="Name in Vietnamese; in a list in the requested language.")
    name_en: str = Field(description="Name in English.")
    parent: str | None = Field(
        None, description="Code of the parent topic; of a merged one, the topic that took it over."
    )
    valid_to: date | None = Field(None, description="First day no longer valid; null if still valid.")
    former_names: list[FormerNameView] = Field(description="Former names under the same code (tên cũ).")


class SpokespersonView(View):
    """A spokesperson of an agency (người phát ngôn), with the contact details that are public by law."""

    code: str = Field(description="Code of the spokesperson.")
    agency: str = Field(description="Code of the agency.")
    name: str = Field(description="Full name.")
    title: str = Field(description="Position (chức vụ).")
    phone: str | None = Field(None, description="Public telephone number.")
    email: str | None = Field(None, description="Public e-mail address.")
    valid_from: date | None = Field(None, description="First day in this role.")
    valid_to: date | None = Field(None, description="First day no longer in this role.")


class PlaceSuccessorView(View):
    """Successor of an administrative unit."""

    code: str = Field(description="Code of the successor.")
    valid_from: date | None = Field(None, description="First day of the successor; null if unknown.")
    whole: bool = Field(description="False if the old unit was divided between several units.")


class PlaceView(View):
    """An administrative unit (đơn vị hành chính). Former and current units may share a code; their dates differ."""

    code: str = Field(description="Code in the national list.", examples=["19753"])
    valid_from: date | None = Field(None, description="First day; null if unknown.")
    valid_to: date | None = Field(None, description="First day no longer valid; null if still valid.")
    name: str = Field(description="Name (tên), in a list in the requested language.", examples=["Phường Phú Xuân"])
    name_en: str | None = Field(None, description="Name in English.")
    level: str = Field(description="Level: province, city, district, ward, commune or township (cấp).")
    parent: str | None = Field(None, description="Code of the parent unit.")
    successors: list[PlaceSuccessorView] = Field(description="Successors of the unit.")


class _CursorPage(BaseModel):
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")


class AgencyPage(_CursorPage):
    """One page of agencies."""

    items: list[AgencyView] = Field(description="In alphabetical order.")


class TopicPage(_CursorPage):
    """One page of topics."""

    items: list[TopicView] = Field(description="In alphabetical order.")


class SpokespersonPage(_CursorPage):
    """One page of spokespersons."""

    items: list[SpokespersonView] = Field(description="In alphabetical order.")


class PlacePage(_CursorPage):
    """One page of places."""

    items: list[PlaceView] = Field(description="In alphabetical order.")
