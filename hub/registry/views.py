"""What the public reads of the registry."""

from datetime import date

from pydantic import BaseModel, Field

from hub.domain.types import View


class AgencyView(View):
    """An agency under one name (cơ quan)."""

    code: str = Field(description="Its code here; never reused.", examples=["ubnd-hue"])
    name: str = Field(description="Name (tên).", examples=["Ủy ban nhân dân thành phố Huế"])
    name_en: str | None = Field(None, description="Name in English.")
    level: str = Field(description="central, province, department, commune, party or other (cấp).")
    parent: str | None = Field(None, description="Code of the agency above (cơ quan cấp trên).")
    place: str | None = Field(None, description="Code of the unit it belongs to (địa bàn).")
    valid_from: date | None = Field(None, description="First day under this name; null: unknown.")
    valid_to: date | None = Field(None, description="First day no longer under this name; null: still valid.")
    successors: list[str] = Field(description="Codes of the agencies that took over its work (cơ quan kế thừa).")


class TopicView(View):
    """A topic (chủ đề)."""

    code: str = Field(description="Its code; never reused.", examples=["truyen-thong"])
    name: str = Field(description="Name in Vietnamese.")
    name_en: str = Field(description="Name in English.")
    parent: str | None = Field(None, description="Code of the wider topic.")


class SpokespersonView(View):
    """Who may speak for an agency (người phát ngôn), with the contact that is public by law."""

    code: str = Field(description="Code here.")
    agency: str = Field(description="Code of the agency.")
    name: str = Field(description="Full name.")
    title: str = Field(description="Position (chức vụ).")
    phone: str | None = Field(None, description="Public telephone number.")
    email: str | None = Field(None, description="Public e-mail address.")
    valid_from: date | None = Field(None, description="First day in this role.")
    valid_to: date | None = Field(None, description="First day no longer in this role.")


class PlaceSuccessorView(View):
    """A unit that took over from another."""

    code: str = Field(description="Code of the later unit.")
    valid_from: date | None = Field(None, description="Its first day.")
    whole: bool = Field(description="False where the old unit was divided between several.")


class PlaceView(View):
    """A unit of administration (đơn vị hành chính). Old and new units may share a code, so dates tell them apart."""

    code: str = Field(description="Code of the national list.", examples=["19753"])
    valid_from: date | None = Field(None, description="First day; null: unknown.")
    valid_to: date | None = Field(None, description="First day no longer valid; null: still valid.")
    name: str = Field(description="Name (tên).", examples=["Phường Phú Xuân"])
    level: str = Field(description="province, city, district, ward, commune or township (cấp).")
    parent: str | None = Field(None, description="Code of the unit above.")
    successors: list[PlaceSuccessorView] = Field(description="Units that took over from it.")


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
