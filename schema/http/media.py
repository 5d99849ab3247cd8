"""Media types of answers and requests."""

from email.message import Message

from hub.web.accept import ranges, weight
from schema.errors import NotAcceptable, UnsupportedMediaType

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
STREAM = "text/event-stream"
PAGE = "text/html"


def answer_type(accept: str | None) -> str:
    """`RESPONSE` for whoever names it, else `JSON`: what clients of old understand. Raises `NotAcceptable`."""
    among = ranges(accept or "*/*")
    named = [name for name, _ in among]
    forms = {form: weight(form, among) for form in (RESPONSE, JSON)}
    if max(forms.values()) <= 0:
        if weight(STREAM, among) > 0:
            return STREAM
        raise NotAcceptable(
            f"The hub answers GraphQL as {RESPONSE}, {JSON} or, for subscriptions, {STREAM}.",
            field="Accept",
            expected=RESPONSE,
        )
    if RESPONSE in named and forms[RESPONSE] >= forms[JSON]:
        return RESPONSE
    return JSON if forms[JSON] > 0 else RESPONSE


def takes_stream(accept: str | None) -> bool:
    """Whether an answer may be a stream of events."""
    return accept is not None and (STREAM, 0.0) not in ranges(accept) and STREAM in dict(ranges(accept))


def wants_page(accept: str | None) -> bool:
    """Whether it is a browser that asks, with a person before it."""
    return accept is not None and dict(ranges(accept)).get(PAGE, 0.0) > 0


def check_request_type(content_type: str | None) -> None:
    """Raises `UnsupportedMediaType` for a body that does not say it is JSON in UTF-8."""
    said = Message()
    said["content-type"] = content_type or ""
    charset = said.get_content_charset("utf-8")
    if content_type is None or said.get_content_type() != JSON or charset not in ("utf-8", "utf8"):
        raise UnsupportedMediaType(
            "A GraphQL request's body is JSON in UTF-8." if content_type else "The request does not say what it is.",
            field="Content-Type",
            expected=JSON,
        )
