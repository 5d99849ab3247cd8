"""Media types of GraphQL requests and responses."""

from email.message import Message
from functools import lru_cache

from hub.problem_texts.templates import fill
from hub.web.accept import media_type_weight, parse_accept
from hub.web.graphql_refusals import GRAPHQL_RESPONSE
from hub.web.responses import JSON
from schema.errors import NotAcceptable, UnsupportedMediaType

EVENT_STREAM = "text/event-stream"
HTML = "text/html"


def negotiate_media_type(accept: str | None) -> str:
    """Choose `GRAPHQL_RESPONSE` if `Accept` names it, else `JSON`, which old clients need. Raises `NotAcceptable`."""
    among = parse_accept(accept or "*/*")
    named = [name for name, _ in among]
    forms = {form: media_type_weight(form, among) for form in (GRAPHQL_RESPONSE, JSON)}
    if max(forms.values()) <= 0:
        if media_type_weight(EVENT_STREAM, among) > 0:
            return EVENT_STREAM
        raise NotAcceptable(
            fill(
                "The hub answers GraphQL as {graphql_response}, {json} or, for subscriptions, {event_stream}.",
                graphql_response=GRAPHQL_RESPONSE,
                json=JSON,
                event_stream=EVENT_STREAM,
            ),
            field="Accept",
            expected=GRAPHQL_RESPONSE,
        )
    if GRAPHQL_RESPONSE in named and forms[GRAPHQL_RESPONSE] >= forms[JSON]:
        return GRAPHQL_RESPONSE
    return JSON if forms[JSON] > 0 else GRAPHQL_RESPONSE


def can_accept_stream(accept: str | None) -> bool:
    """Return True if the response may be an event stream."""
    return (
        accept is not None
        and (EVENT_STREAM, 0.0) not in parse_accept(accept)
        and EVENT_STREAM in dict(parse_accept(accept))
    )


def can_accept_html(accept: str | None) -> bool:
    """Return True for a browser that a person uses."""
    return accept is not None and dict(parse_accept(accept)).get(HTML, 0.0) > 0


@lru_cache(maxsize=64)
def check_request_type(content_type: str | None) -> None:
    """Check that the body is declared as JSON in UTF-8. Raises `UnsupportedMediaType`."""
    header = Message()
    header["content-type"] = content_type or ""
    charset = header.get_content_charset("utf-8")
    if content_type is None or header.get_content_type() != JSON or charset not in ("utf-8", "utf8"):
        raise UnsupportedMediaType(
            "The body of a GraphQL request must be JSON in UTF-8."
            if content_type
            else "The request has no media type.",
            field="Content-Type",
            expected=JSON,
        )
