"""The request to subscribe, and the one answer to it."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from hub.auth.proof_of_work import MAX_CHALLENGE_LENGTH, MAX_COUNTER
from hub.channels.mail.addresses import MAX_ADDRESS, parse_address
from hub.channels.mail.rows import MailMode
from hub.channels.mail.subscription_filter import SubscriptionFilter
from hub.domain.types import Content, View

DEFAULT_HOUR = 7


def _check_address(value: str) -> str:
    parse_address(value)
    return value


SubscriberAddress = Annotated[str, StringConstraints(max_length=MAX_ADDRESS), AfterValidator(_check_address)]


class SubscriptionProof(Content):
    """Proof of work for a challenge of `/api/v1/subscriptions/challenge`; its text is the address as it was sent."""

    challenge: str = Field(max_length=MAX_CHALLENGE_LENGTH, description="Challenge, as it was given.")
    counter: int = Field(ge=0, lt=MAX_COUNTER, description="Smallest counter that solves it for the address.")


class NewSubscription(Content):
    """A request to get news by e-mail (đăng ký nhận tin qua thư)."""

    address: SubscriberAddress = Field(
        description="E-mail address (địa chỉ e-mail). It is stored encrypted, and never shown.",
        examples=["nguoi.dan@example.vn"],
    )
    filter: SubscriptionFilter = Field(
        SubscriptionFilter(), description="Filter: the parameters of the change feed, without `subject`."
    )
    mode: MailMode = Field(MailMode.daily, description="Rhythm of the mails: `at_once`, `daily` or `weekly`.")
    hour: int = Field(
        DEFAULT_HOUR, ge=0, le=23, description="Hour in Việt Nam at which digests are made; weekly ones on Monday."
    )
    lang: Literal["vi", "en"] = Field("vi", description="Language of the mails.")
    proof: SubscriptionProof | None = Field(None, description="Proof of work; required.")


class SubscriptionAnswer(View):
    """The answer to a request to subscribe: the same whether the address is known or not."""

    status: Literal["accepted"] = Field("accepted", description="The request was stored.")
    detail: str = Field(description="Next step for whoever asked.")
