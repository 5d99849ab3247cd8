"""A topic that is no address of a feed of this hub is denied with the reason; it never breaks the request."""

import pytest

from hub.settings import Settings
from hub.websub.subscriptions import SubscriptionRequest, denial_reason

CALLBACK = "https://example.vn/nhan"


@pytest.mark.parametrize(
    "topic",
    [
        "http://[x",
        "http://hub.test:99999/feeds/all.atom",
        "http://[dia-chi]/feeds/all.atom",
        "https://xn--/feeds/all.atom",
        "http://hub.test/feeds/all.atom?limit=x",
        "http://hub.test/feeds/all.atom#mot",
        "http://hub.test/tin",
        "Kế hoạch",
    ],
)
def test_a_topic_that_is_no_feed_is_denied_in_words(topic: str) -> None:
    request = SubscriptionRequest("subscribe", CALLBACK, topic, 300, None)

    assert denial_reason(request, Settings(), "http://hub.test")


def test_a_feed_of_this_hub_is_not_denied() -> None:
    request = SubscriptionRequest("subscribe", CALLBACK, "http://hub.test/feeds/all.atom", 300, None)

    assert denial_reason(request, Settings(), "http://hub.test") is None
