"""Shapes of the hub's REST contract, as JSON has them. Written by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict


class AgencyPage(TypedDict):
    """One page of agencies."""

    next: str | None
    items: list[AgencyView]


class AgencyRef(TypedDict):
    """An agency, with its name at the time of issue (cơ quan)."""

    code: str
    name: str


class AgencyView(TypedDict):
    """An agency under one name (cơ quan)."""

    code: str
    name: str
    name_en: str | None
    level: str
    parent: str | None
    place: str | None
    valid_from: str | None
    valid_to: str | None
    successors: list[str]
    former_names: list[FormerNameView]


class Answer(TypedDict):
    """A question and its answer (hỏi – đáp)."""

    question: str
    asked_by: str | None
    answer: str


class Attachment(TypedDict):
    """A file that belongs to a document (tệp đính kèm)."""

    name: str
    media_type: str
    url: str
    size: int | None
    sha256: str | None


class BulletinCard(TypedDict):
    """A bulletin as lists show it (bản tin)."""

    id: str
    kind: Literal["bulletin"]
    lang: str
    title: str
    summary: str | None
    agency: AgencyRef
    topics: list[TopicRef]
    places: list[PlaceRef]
    state: ViewState
    edition: int
    update_type: UpdateType
    published_at: str
    modified_at: str
    path: str
    lead: str
    image: ImageView | None
    priority: Priority
    channels: list[Channel]
    valid_until: str | None
    issued_on: str


class BulletinFull(TypedDict):
    """A full bulletin."""

    id: str
    kind: Literal["bulletin"]
    lang: str
    title: str
    summary: str | None
    agency: AgencyRef
    topics: list[TopicRef]
    places: list[PlaceRef]
    state: ViewState
    edition: int
    update_type: UpdateType
    published_at: str
    modified_at: str
    path: str
    change_note: str | None
    withdrawal: Withdrawal | None
    correction_of: int | None
    relations: list[Relation]
    links: list[Link]
    origin: Origin | None
    derived: NotRequired[list[DerivedMember]]
    unmapped: NotRequired[list[UnmappedName]]
    lead: str
    image: ImageView | None
    priority: Priority
    channels: list[Channel]
    valid_until: str | None
    issued_on: str
    body: str
    attachments: NotRequired[list[Attachment]]
    warning: NotRequired[BulletinWarning | None]


class BulletinItem(TypedDict):
    """A full bulletin."""

    id: str
    kind: Literal["bulletin"]
    lang: str
    title: str
    summary: str | None
    agency: AgencyRef
    topics: list[TopicRef]
    places: list[PlaceRef]
    state: ViewState
    edition: int
    update_type: UpdateType
    published_at: str
    modified_at: str
    path: str
    change_note: str | None
    withdrawal: Withdrawal | None
    correction_of: int | None
    relations: list[Relation]
    links: list[Link]
    origin: Origin | None
    derived: NotRequired[list[DerivedMember]]
    unmapped: NotRequired[list[UnmappedName]]
    lead: str
    image: ImageView | None
    priority: Priority
    channels: list[Channel]
    valid_until: str | None
    issued_on: str
    body: str
    attachments: NotRequired[list[Attachment]]
    warning: NotRequired[BulletinWarning | None]
    now: NowView | None
    url: str | None
    eli: str | None


class BulletinListItem(TypedDict):
    """A bulletin as lists show it (bản tin)."""

    id: str
    kind: Literal["bulletin"]
    lang: str
    title: str
    summary: str | None
    agency: AgencyRef
    topics: list[TopicRef]
    places: list[PlaceRef]
    state: ViewState
    edition: int
    update_type: UpdateType
    published_at: str
    modified_at: str
    path: str
    lead: str
    image: ImageView | None
    priority: Priority
    channels: list[Channel]
    valid_until: str | None
    issued_on: str
    now: NowView | None
    url: str | None
    eli: str | None


class BulletinPage(TypedDict):
    """One page of bulletins."""

    items: list[BulletinItem | BulletinListItem | CardMembers]
    next: str | None


class BulletinWarning(TypedDict):
    """The members by which a bulletin is a warning (cảnh báo); it is also published as an alert of CAP 1.2."""

    event: str
    category: WarningCategory
    urgency: WarningUrgency
    severity: WarningSeverity
    certainty: WarningCertainty
    onset: str | None
    expires: str | None
    instruction: str | None
    is_exercise: bool


class CardMembers(TypedDict):
    """Members of a card, as the parameter `fields` names them."""

    id: str


class ChangeView(TypedDict):
    """An entry of the publication log after the filters of the follower (nhật ký công bố)."""

    version: NotRequired[int]
    subject: NotRequired[LogSubject]
    subject_id: NotRequired[str | None]
    data: NotRequired[RegistryChangeView | ConsultationChangeView | None]
    seq: int
    event: ChangeEvent
    at: str
    due: NotRequired[str | None]
    kind: NotRequired[str | None]
    id: NotRequired[str | None]
    lang: NotRequired[str | None]
    edition: NotRequired[int | None]
    path: str
    view_sha256: NotRequired[str | None]
    hash: str
    position: str
    view: NotRequired[CurrentView | None]


class ChangesView(TypedDict):
    """A page of changes, and the head of the log."""

    items: list[ChangeView]
    next: str
    reached: int
    head: int
    epoch: str
    subjects: list[LogSubject]


class ClosingCountsView(TypedDict):
    """Numbers of the comments of a consultation at its end (số góp ý khi kết thúc), by state."""

    waiting: int
    public: int
    hidden: int
    withdrawn: int
    erased: int
    counted: int


class ConsultationChangeView(TypedDict):
    """A consultation after a change of it (thay đổi của đợt lấy ý kiến)."""

    agency: str
    state: ConsultationStage
    opens_at: str
    closes_at: str
    drafts: list[str]
    reason: NotRequired[str | None]
    policy: NotRequired[str | None]
    without_answers: bool
    comments: NotRequired[ClosingCountsView | None]
    comments_root: NotRequired[str | None]


class ConsultationNow(TypedDict):
    """A draft's consultation now (lấy ý kiến hiện nay): the window that holds, whatever days the text states."""

    id: str | None
    state: ConsultationState
    stage: ConsultationStage
    opens_at: str
    closes_at: str


class ConsultationWindow(TypedDict):
    """Period for public comment (thời gian lấy ý kiến), first and last day included, in Việt Nam."""

    opens_on: str
    closes_on: str
    contact: str | None
    url: str | None
    short_reason: NotRequired[str | None]


class CurrentView(TypedDict):
    """Current public view of a changed item (nội dung hiện tại)."""

    seq: int
    item: AnyFull


class DocumentMessage(TypedDict):
    """A public event of a document (Standard Webhooks)."""

    type: str
    timestamp: str
    data: DocumentMessageData


class DocumentMessageData(TypedDict):
    """An entry of a document in the publication log, with what is public of it now."""

    seq: int
    event: ChangeEvent
    at: str
    due: str | None
    kind: KindName
    id: str
    lang: str
    edition: int
    path: str
    view_sha256: str | None
    hash: str
    position: str
    state: DocumentState
    redirect_to: str | None
    view: MessageCardView | MessageFullView | None


class DraftCard(TypedDict):
    """A draft as lists show it (dự thảo)."""

    id: str
    kind: Literal["draft"]
    lang: str
    title: str
    summary: str | None
    agency: AgencyRef
    topics: list[TopicRef]
    places: list[PlaceRef]
    state: ViewState
    edition: int
    update_type: UpdateType
    published_at: str
    modified_at: str
    path: str
    type: str
    drafting_agency: AgencyRef
    draft_version: int
    consultation: ConsultationWindow | None
    high_impact: bool
    impact_stated: NotRequired[bool]
    issued_on: str


class DraftConsultationCardView(TypedDict):
    """A consultation on a draft as lists show it (đợt lấy ý kiến)."""

    id: str
    path: str
    agency: AgencyRef
    title: str
    lang: str
    draft: str
    draft_version: int
    high_impact: bool
    state: ConsultationStage
    opens_at: str
    closes_at: str
    without_answers: bool


class DraftConsultationPage(TypedDict):
    """A page of consultations."""

    items: list[DraftConsultationCardView]
    next: str | None


class DraftFull(TypedDict):
    """A full draft."""

    id: str
    kind: Literal["draft"]
    lang: str
    title: str
    summary: str | None
    agency: AgencyRef
    topics: list[TopicRef]
    places: list[PlaceRef]
    state: ViewState
    edition: int
    update_type: UpdateType
    published_at: str
    modified_at: str
    path: str
    change_note: str | None
    withdrawal: Withdrawal | None
    correction_of: int | None
    relations: list[Relation]
    links: list[Link]
    origin: Origin | None
    derived: NotRequired[list[DerivedMember]]
    unmapped: NotRequired[list[UnmappedName]]
    type: str
    drafting_agency: AgencyRef
    draft_version: int
    consultation: ConsultationWindow | None
    high_impact: bool
    impact_stated: NotRequired[bool]
    issued_on: str
    explanatory_note: str | None
    nodes: list[TextNode]
    attachments: list[Attachment]


class DraftItem(TypedDict):
    """A full draft."""

    id: str
    kind: Literal["draft"]
    lang: str
    title: str
    summary: str | None
    agency: AgencyRef
    topics: list[TopicRef]
    places: list[PlaceRef]
    state: ViewState
    edition: int
    update_type: UpdateType
    published_at: str
    modified_at: str
    path: str
    change_note: str | None
    withdrawal: Withdrawal | None
    correction_of: int | None
    relations: list[Relation]
    links: list[Link]
    origin: Origin | None
    derived: NotRequired[list[DerivedMember]]
    unmapped: NotRequired[list[UnmappedName]]
    type: str
    drafting_agency: AgencyRef
    draft_version: int
    consultation: ConsultationWindow | None
    high_impact: bool
    impact_stated: NotRequired[bool]
    issued_on: str
    explanatory_note: str | None
    nodes: list[TextNode]
    attachments: list[Attachment]
    now: NowView | None
    url: str | None
    eli: str | None


class DraftListItem(TypedDict):
    """A draft as lists show it (dự thảo)."""

    id: str
    kind: Literal["draft"]
    lang: str
    title: str
    summary: str | None
    agency: AgencyRef
    topics: list[TopicRef]
    places: list[PlaceRef]
    state: ViewState
    edition: int
    update_type: UpdateType
    published_at: str
    modified_at: str
    path: str
    type: str
    drafting_agency: AgencyRef
    draft_version: int
    consultation: ConsultationWindow | None
    high_impact: bool
    impact_stated: NotRequired[bool]
    issued_on: str
    now: NowView | None
    url: str | None
    eli: str | None


class DraftPage(TypedDict):
    """One page of drafts."""

    items: list[DraftItem | DraftListItem | CardMembers]
    next: str | None


class FacetValue(TypedDict):
    """A facet value: a value that several results share."""

    value: str
    label: str
    count: int


class FormerNameView(TypedDict):
    """A name that an entry had until a day (tên cũ)."""

    name: str
    valid_to: str


class ImageView(TypedDict):
    """An image as it is read (ảnh). Lists and details add dimensions, sizes and placeholder from the stored file."""

    url: str
    alt: str
    credit: str | None
    width: NotRequired[int | None]
    height: NotRequired[int | None]
    sizes: NotRequired[list[PictureSize]]
    placeholder: NotRequired[str | None]


class Issuer(TypedDict):
    """An issuer of a legal document (cơ quan ban hành); issuers outside Huế have a name and no code."""

    name: str
    code: str | None


class LegalDate(TypedDict):
    """A legal date with its source."""

    role: DateRole
    on: str
    source: str
    note: str | None


class Link(TypedDict):
    """A link to another document of the hub or to a page elsewhere (liên kết)."""

    label: str
    id: str | None
    url: str | None


class MessageCardView(TypedDict):
    """The public view of an item in a message of an endpoint with `view: card`: its card, or members of it."""

    seq: int
    item: AnyCard


class MessageFullView(TypedDict):
    """The public view of an item in a message of an endpoint with `view: full`."""

    seq: int
    item: AnyFull


class NowView(TypedDict):
    """Facts about an item that depend on today in Việt Nam (hiện trạng)."""

    legal_force: LegalForce | None
    consultation: ConsultationNow | None


class Origin(TypedDict):
    """Source that a document was imported from (nguồn)."""

    name: str
    url: str | None
    posted_on: NotRequired[str | None]
    file: NotRequired[Attachment | None]


class PictureSize(TypedDict):
    """A width in which a picture of the hub can be fetched."""

    width: int
    height: int
    url: str


class PlacePage(TypedDict):
    """One page of places."""

    next: str | None
    items: list[PlaceView]


class PlaceRef(TypedDict):
    """An administrative unit (đơn vị hành chính)."""

    code: str
    name: str


class PlaceSuccessorView(TypedDict):
    """Successor of an administrative unit."""

    code: str
    valid_from: str | None
    whole: bool


class PlaceView(TypedDict):
    """An administrative unit (đơn vị hành chính). Former and current units may share a code; their dates differ."""

    code: str
    valid_from: str | None
    valid_to: str | None
    name: str
    name_en: str | None
    level: str
    parent: str | None
    successors: list[PlaceSuccessorView]


class PolicyCard(TypedDict):
    """A policy as lists show it (văn bản chính sách)."""

    id: str
    kind: Literal["policy"]
    lang: str
    title: str
    summary: str | None
    agency: AgencyRef
    topics: list[TopicRef]
    places: list[PlaceRef]
    state: ViewState
    edition: int
    update_type: UpdateType
    published_at: str
    modified_at: str
    path: str
    number: str | None
    type: str
    issuers: list[Issuer]
    issued_on: str
    effective_on: str | None
    expires_on: str | None
    legal_force: LegalForce
    high_impact: bool
    impact_stated: NotRequired[bool]


class PolicyFull(TypedDict):
    """A full policy."""

    id: str
    kind: Literal["policy"]
    lang: str
    title: str
    summary: str | None
    agency: AgencyRef
    topics: list[TopicRef]
    places: list[PlaceRef]
    state: ViewState
    edition: int
    update_type: UpdateType
    published_at: str
    modified_at: str
    path: str
    change_note: str | None
    withdrawal: Withdrawal | None
    correction_of: int | None
    relations: list[Relation]
    links: list[Link]
    origin: Origin | None
    derived: NotRequired[list[DerivedMember]]
    unmapped: NotRequired[list[UnmappedName]]
    number: str | None
    type: str
    issuers: list[Issuer]
    issued_on: str
    effective_on: str | None
    expires_on: str | None
    legal_force: LegalForce
    high_impact: bool
    impact_stated: NotRequired[bool]
    dates: list[LegalDate]
    signer: Signer | None
    nodes: list[TextNode]
    attachments: list[Attachment]
    signed_original: SignedOriginal | None


class PolicyItem(TypedDict):
    """A full policy."""

    id: str
    kind: Literal["policy"]
    lang: str
    title: str
    summary: str | None
    agency: AgencyRef
    topics: list[TopicRef]
    places: list[PlaceRef]
    state: ViewState
    edition: int
    update_type: UpdateType
    published_at: str
    modified_at: str
    path: str
    change_note: str | None
    withdrawal: Withdrawal | None
    correction_of: int | None
    relations: list[Relation]
    links: list[Link]
    origin: Origin | None
    derived: NotRequired[list[DerivedMember]]
    unmapped: NotRequired[list[UnmappedName]]
    number: str | None
    type: str
    issuers: list[Issuer]
    issued_on: str
    effective_on: str | None
    expires_on: str | None
    legal_force: LegalForce
    high_impact: bool
    impact_stated: NotRequired[bool]
    dates: list[LegalDate]
    signer: Signer | None
    nodes: list[TextNode]
    attachments: list[Attachment]
    signed_original: SignedOriginal | None
    now: NowView | None
    url: str | None
    eli: str | None


class PolicyListItem(TypedDict):
    """A policy as lists show it (văn bản chính sách)."""

    id: str
    kind: Literal["policy"]
    lang: str
    title: str
    summary: str | None
    agency: AgencyRef
    topics: list[TopicRef]
    places: list[PlaceRef]
    state: ViewState
    edition: int
    update_type: UpdateType
    published_at: str
    modified_at: str
    path: str
    number: str | None
    type: str
    issuers: list[Issuer]
    issued_on: str
    effective_on: str | None
    expires_on: str | None
    legal_force: LegalForce
    high_impact: bool
    impact_stated: NotRequired[bool]
    now: NowView | None
    url: str | None
    eli: str | None


class PolicyPage(TypedDict):
    """One page of policies."""

    items: list[PolicyItem | PolicyListItem | CardMembers]
    next: str | None


class Problem(TypedDict):
    """An error (RFC 9457). `code` is stable; `title` and `detail` are for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    field: NotRequired[str | None]
    expected: NotRequired[str | None]
    errors: NotRequired[list[ProblemItem] | None]
    uses: NotRequired[list[ProblemUse] | None]
    state: NotRequired[ConsultationStage | None]
    opens_at: NotRequired[str | None]
    closes_at: NotRequired[str | None]
    received_at: NotRequired[str | None]
    counts: NotRequired[dict[str, int] | None]


class ProblemItem(TypedDict):
    """One of several findings."""

    field: str
    detail: str
    expected: NotRequired[str | None]


class ProblemUse(TypedDict):
    """Things of one sort that use a code of the registry."""

    sort: str
    count: int
    examples: list[str]


class RegistryChangeView(TypedDict):
    """A change of an entry of the registry (thay đổi danh mục)."""

    list: str
    before: NotRequired[dict[str, Any] | None]
    after: NotRequired[dict[str, Any] | None]
    note: NotRequired[str | None]


class Relation(TypedDict):
    """A relation of this document to an earlier document of the hub (quan hệ)."""

    type: RelationType
    id: str
    note: str | None


class ResyncMessage(TypedDict):
    """The log was restored from a backup (Standard Webhooks)."""

    type: Literal["hub.resync"]
    timestamp: str
    data: ResyncMessageData


class ResyncMessageData(TypedDict):
    """A new epoch of the log: what the receiver holds of positions from `first_seq` on is void."""

    epoch: str
    previous_epoch: str | None
    first_seq: int
    position: str
    reason: str | None


class SearchItem(TypedDict):
    """One search result."""

    kind: KindName
    id: str
    document: AnyListItem | CardMembers
    highlight: str | None
    article: str | None
    article_label: str | None


class SearchPage(TypedDict):
    """A page of search results."""

    items: list[SearchItem]
    facets: dict[str, list[FacetValue]]
    engine: str
    estimated_total: int
    took_ms: int
    did_you_mean: str | None
    next: str | None


class SignedOriginal(TypedDict):
    """The signed original (bản gốc ký số) and the status of its signature."""

    file: Attachment
    signature: SignatureStatus
    signed_by: str | None
    signed_at: str | None


class Signer(TypedDict):
    """Signer of a document (người ký)."""

    name: str
    title: str | None


class SpokespersonPage(TypedDict):
    """One page of spokespersons."""

    next: str | None
    items: list[SpokespersonView]


class SpokespersonRef(TypedDict):
    """A spokesperson (người phát ngôn) with the contact details that are public by law."""

    code: str
    name: str
    title: str
    phone: str | None
    email: str | None


class SpokespersonView(TypedDict):
    """A spokesperson of an agency (người phát ngôn), with the contact details that are public by law."""

    code: str
    agency: str
    name: str
    title: str
    phone: str | None
    email: str | None
    valid_from: str | None
    valid_to: str | None


class StatementCard(TypedDict):
    """A statement as lists show it (phát ngôn)."""

    id: str
    kind: Literal["statement"]
    lang: str
    title: str
    summary: str | None
    agency: AgencyRef
    topics: list[TopicRef]
    places: list[PlaceRef]
    state: ViewState
    edition: int
    update_type: UpdateType
    published_at: str
    modified_at: str
    path: str
    spokesperson: SpokespersonRef
    form: StatementForm
    occasion: str
    asked_at: str | None
    said_at: str
    issued_on: str


class StatementFull(TypedDict):
    """A full statement."""

    id: str
    kind: Literal["statement"]
    lang: str
    title: str
    summary: str | None
    agency: AgencyRef
    topics: list[TopicRef]
    places: list[PlaceRef]
    state: ViewState
    edition: int
    update_type: UpdateType
    published_at: str
    modified_at: str
    path: str
    change_note: str | None
    withdrawal: Withdrawal | None
    correction_of: int | None
    relations: list[Relation]
    links: list[Link]
    origin: Origin | None
    derived: NotRequired[list[DerivedMember]]
    unmapped: NotRequired[list[UnmappedName]]
    spokesperson: SpokespersonRef
    form: StatementForm
    occasion: str
    asked_at: str | None
    said_at: str
    issued_on: str
    text: str | None
    answers: list[Answer]
    attachments: NotRequired[list[Attachment]]


class StatementItem(TypedDict):
    """A full statement."""

    id: str
    kind: Literal["statement"]
    lang: str
    title: str
    summary: str | None
    agency: AgencyRef
    topics: list[TopicRef]
    places: list[PlaceRef]
    state: ViewState
    edition: int
    update_type: UpdateType
    published_at: str
    modified_at: str
    path: str
    change_note: str | None
    withdrawal: Withdrawal | None
    correction_of: int | None
    relations: list[Relation]
    links: list[Link]
    origin: Origin | None
    derived: NotRequired[list[DerivedMember]]
    unmapped: NotRequired[list[UnmappedName]]
    spokesperson: SpokespersonRef
    form: StatementForm
    occasion: str
    asked_at: str | None
    said_at: str
    issued_on: str
    text: str | None
    answers: list[Answer]
    attachments: NotRequired[list[Attachment]]
    now: NowView | None
    url: str | None
    eli: str | None


class StatementListItem(TypedDict):
    """A statement as lists show it (phát ngôn)."""

    id: str
    kind: Literal["statement"]
    lang: str
    title: str
    summary: str | None
    agency: AgencyRef
    topics: list[TopicRef]
    places: list[PlaceRef]
    state: ViewState
    edition: int
    update_type: UpdateType
    published_at: str
    modified_at: str
    path: str
    spokesperson: SpokespersonRef
    form: StatementForm
    occasion: str
    asked_at: str | None
    said_at: str
    issued_on: str
    now: NowView | None
    url: str | None
    eli: str | None


class StatementPage(TypedDict):
    """One page of statements."""

    items: list[StatementItem | StatementListItem | CardMembers]
    next: str | None


class SubjectMessage(TypedDict):
    """A public event of the registry or of a consultation (Standard Webhooks)."""

    type: str
    timestamp: str
    data: SubjectMessageData


class SubjectMessageData(TypedDict):
    """An entry of the registry or of a consultation in the publication log."""

    version: int
    subject: LogSubject
    subject_id: str
    data: RegistryChangeView | ConsultationChangeView
    seq: int
    event: ChangeEvent
    at: str
    due: str | None
    path: str
    hash: str
    position: str


class TestMessage(TypedDict):
    """A test message (Standard Webhooks)."""

    type: Literal["hub.test"]
    timestamp: str
    data: TestMessageData


class TestMessageData(TypedDict):
    """A greeting: it carries no event."""

    endpoint: str
    message: str


class TextNode(TypedDict):
    """A node of a structured text. Nodes form a flat list in reading order; `parent` is the `ref` of the node above."""

    ref: str
    parent: str | None
    type: NodeType
    label: str | None
    heading: str | None
    text: str | None


class TopicPage(TypedDict):
    """One page of topics."""

    next: str | None
    items: list[TopicView]


class TopicRef(TypedDict):
    """A topic (chủ đề)."""

    code: str
    name: str


class TopicView(TypedDict):
    """A topic (chủ đề)."""

    code: str
    name: str
    name_en: str
    parent: str | None
    valid_to: str | None
    former_names: list[FormerNameView]


class UnmappedName(TypedDict):
    """A topic, place, issuer or type in the words of its source, which the registry does not know (chưa ánh xạ)."""

    field: UnmappedField
    text: str


class Withdrawal(TypedDict):
    """The withdrawal of a document (thu hồi); the document stays readable."""

    reason: str
    at: str


AnyCard: TypeAlias = PolicyCard | DraftCard | BulletinCard | StatementCard

AnyFull: TypeAlias = PolicyFull | DraftFull | BulletinFull | StatementFull

AnyListItem: TypeAlias = PolicyListItem | DraftListItem | BulletinListItem | StatementListItem

ChangeEvent: TypeAlias = Literal[
    "published",
    "republished",
    "corrected",
    "withdrawn",
    "restored",
    "gone",
    "redirected",
    "in_force",
    "expired",
    "consultation_opened",
    "consultation_closed",
    "left",
    "created",
    "updated",
    "renamed",
    "merged",
    "closed",
    "succeeded",
    "removed",
    "announced",
    "opened",
    "extended",
    "closing_soon",
    "answered",
    "adopted",
    "dropped",
]

Channel: TypeAlias = Literal["web", "hue_s", "hue_s_push", "zalo", "zalo_broadcast", "radio"]

ConsultationSort: TypeAlias = Literal["closes_asc", "closes_desc"]

ConsultationStage: TypeAlias = Literal["announced", "open", "closed", "answered", "adopted", "dropped"]

ConsultationState: TypeAlias = Literal["upcoming", "open", "closed"]

DateRole: TypeAlias = Literal["issued", "effective", "expiry"]

DerivedMember: TypeAlias = Literal["title", "type", "number", "issuers", "lead", "body", "occasion"]

DocumentState: TypeAlias = Literal["unpublished", "live", "withdrawn", "gone", "redirected"]

DraftSort: TypeAlias = Literal[
    "published_desc",
    "published_asc",
    "modified_desc",
    "modified_asc",
    "changed_desc",
    "issued_desc",
    "issued_asc",
    "title_asc",
    "closes_asc",
    "closes_desc",
]

ImpactStatement: TypeAlias = Literal["yes", "no", "not_stated"]

Include: TypeAlias = Literal["text"]

IncludeView: TypeAlias = Literal["view"]

KindName: TypeAlias = Literal["policy", "draft", "bulletin", "statement"]

LegalForce: TypeAlias = Literal["not_yet", "in_force", "partly_expired", "suspended", "expired", "unknown"]

LogSubject: TypeAlias = Literal["document", "registry", "consultation"]

NodeType: TypeAlias = Literal[
    "annex", "part", "chapter", "section", "subsection", "article", "clause", "point", "paragraph"
]

Priority: TypeAlias = Literal["normal", "high", "urgent"]

RelationType: TypeAlias = Literal["based_on", "amends", "replaces", "guides", "implements", "answers", "announces"]

SearchSort: TypeAlias = Literal["relevance", "published_desc", "issued_desc", "closes_asc"]

SignatureStatus: TypeAlias = Literal["valid", "invalid", "not_checked", "unsigned"]

Sort: TypeAlias = Literal[
    "published_desc",
    "published_asc",
    "modified_desc",
    "modified_asc",
    "changed_desc",
    "issued_desc",
    "issued_asc",
    "title_asc",
]

StatementForm: TypeAlias = Literal[
    "press_conference", "portal_post", "direct_answer", "release", "meeting", "correction_request"
]

UnmappedField: TypeAlias = Literal["topics", "places", "issuers", "type"]

UpdateType: TypeAlias = Literal["major", "minor"]

ViewState: TypeAlias = Literal["live", "withdrawn"]

WarningCategory: TypeAlias = Literal[
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"
]

WarningCertainty: TypeAlias = Literal["Observed", "Likely", "Possible", "Unlikely", "Unknown"]

WarningSeverity: TypeAlias = Literal["Extreme", "Severe", "Moderate", "Minor", "Unknown"]

WarningUrgency: TypeAlias = Literal["Immediate", "Expected", "Future", "Past", "Unknown"]


class ListPoliciesParams(TypedDict, total=False):
    """Parameters of `list_policies`."""

    high_impact: bool
    impact: ImpactStatement
    agency: str
    issuer: str
    topic: str
    type: str
    place: str
    issued_from: str
    issued_to: str
    modified_from: str
    modified_to: str
    lang: str
    as_of: str
    sort: Sort
    limit: int
    in_force_on: str


class ListDraftsParams(TypedDict, total=False):
    """Parameters of `list_drafts`."""

    consultation: ConsultationState
    closing_before: str
    high_impact: bool
    impact: ImpactStatement
    agency: str
    issuer: str
    topic: str
    type: str
    place: str
    issued_from: str
    issued_to: str
    modified_from: str
    modified_to: str
    lang: str
    as_of: str
    sort: DraftSort
    limit: int


class ListBulletinsParams(TypedDict, total=False):
    """Parameters of `list_bulletins`."""

    channel: Channel
    priority: Priority
    agency: str
    issuer: str
    topic: str
    type: str
    place: str
    issued_from: str
    issued_to: str
    modified_from: str
    modified_to: str
    lang: str
    as_of: str
    sort: Sort
    limit: int


class ListStatementsParams(TypedDict, total=False):
    """Parameters of `list_statements`."""

    agency: str
    issuer: str
    topic: str
    type: str
    place: str
    issued_from: str
    issued_to: str
    modified_from: str
    modified_to: str
    lang: str
    as_of: str
    sort: Sort
    limit: int


class GetPolicyParams(TypedDict, total=False):
    """Parameters of `get_policy`."""

    lang: str
    as_of: str
    in_force_on: str


class GetDraftParams(TypedDict, total=False):
    """Parameters of `get_draft`."""

    lang: str
    as_of: str


class GetBulletinParams(TypedDict, total=False):
    """Parameters of `get_bulletin`."""

    lang: str
    as_of: str


class GetStatementParams(TypedDict, total=False):
    """Parameters of `get_statement`."""

    lang: str
    as_of: str


class ListAgenciesParams(TypedDict, total=False):
    """Parameters of `list_agencies`."""

    limit: int
    valid_on: str
    lang: str


class ListTopicsParams(TypedDict, total=False):
    """Parameters of `list_topics`."""

    limit: int
    lang: str


class ListPlacesParams(TypedDict, total=False):
    """Parameters of `list_places`."""

    limit: int
    valid_on: str
    lang: str


class ListSpokespersonsParams(TypedDict, total=False):
    """Parameters of `list_spokespersons`."""

    limit: int
    valid_on: str
    agency: str


class ListConsultationsParams(TypedDict, total=False):
    """Parameters of `list_consultations`."""

    limit: int
    state: list[ConsultationStage]
    agency: str
    open_on: str
    closing_before: str
    high_impact: bool
    sort: ConsultationSort
    lang: str


class ListChangesParams(TypedDict, total=False):
    """Parameters of `list_changes`."""

    subject: list[LogSubject]
    kind: list[KindName]
    agency: list[str]
    topic: list[str]
    place: list[str]
    lang: list[str]
    epoch: str
    limit: int


class SearchParams(TypedDict, total=False):
    """Parameters of `search`."""

    channel: Channel
    priority: Priority
    agency: str
    issuer: str
    topic: str
    type: str
    place: str
    in_force_on: str
    year: int
    consultation: ConsultationState
    closing_before: str
    high_impact: bool
    issued_from: str
    issued_to: str
    q: str
    kind: KindName
    sort: SearchSort
    facets: bool
    lang: str
    limit: int
