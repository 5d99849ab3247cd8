"""Signatures of webhooks: by Standard Webhooks, byte for byte."""

from datetime import datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from hub.webhooks.signing import generate_secret, signature_headers

NEW, OLD = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "whsec_bmd1eeG7hW4gdGjhu4sgbWluaCBraGFpIDEyMzQ1Njc="
BODY = '{"title":"Đề án không gian xanh"}'.encode()


@pytest.mark.parametrize("at", ["2026-03-02T08:00:00.750+07:00", "2026-03-02T01:00:00.750+00:00"])
def test_a_body_is_signed_with_both_secrets_of_a_rotation_and_in_any_time_zone_alike(at: str) -> None:
    headers = signature_headers([NEW, OLD], "msg_0f_42", datetime.fromisoformat(at), BODY)
    assert headers == {
        "webhook-id": "msg_0f_42",
        "webhook-timestamp": "1772413200",
        "webhook-signature": "v1,92Jvr1sBlgnUH/AEVXmt9pB6+KUvsKWljnqH8J/wVKo= "
        "v1,Tn6D9h+iN3nkgJOzK6dH3Zc6CgP8Lv5/kS/rN53Jq0U=",
    }


def test_a_new_secret_verifies_what_it_signed_and_nothing_else() -> None:
    secret, other = generate_secret(), generate_secret()
    headers = signature_headers([secret], "msg_0f_42", datetime.now().astimezone(), BODY)
    assert Webhook(secret).verify(BODY, headers) == {"title": "Đề án không gian xanh"}
    with pytest.raises(WebhookVerificationError):
        Webhook(other).verify(BODY, headers)
