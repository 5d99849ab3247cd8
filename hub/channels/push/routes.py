"""REST routes of the published contract of push messages: the schema, and signed examples with the error words."""

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from hub.channels.push.error_words import ERROR_WORDS
from hub.channels.push.examples import EXAMPLE_SECRET, message_schema, signed_examples
from hub.web.responses import json_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1/channels/push", tags=["Channels"])


class PushExample(BaseModel):
    """A signed request to the gateway."""

    title: str = Field(description="Case that it is an example of.")
    headers: dict[str, str] = Field(description="Headers of the request (Standard Webhooks).")
    body: str = Field(description="Exact body, which the signature covers.")


class PushErrorWord(BaseModel):
    """An answer of the gateway other than success."""

    status: int = Field(description="Status of the answer.")
    word: str = Field(description="`error.status` of the body.")
    effect: str = Field(
        description="Effect at the hub: `failed`, `hold` until a person acts, `retry`, `live`, or `unknown` until a "
        "person resolves it."
    )
    meaning: str = Field(description="Meaning, in one sentence.")


class PushExamples(BaseModel):
    """Signed examples of push messages, and the error words of the gateway."""

    secret: str = Field(description="Secret that signs the examples, and nothing else.")
    examples: list[PushExample] = Field(description="A warning, its correction, its withdrawal.")
    error_words: list[PushErrorWord] = Field(description="Answers that the hub understands.")


@routes.get(
    "/schema",
    operation_id="get_push_schema",
    summary="Schema of push messages (thông báo đẩy)",
    response_model=dict[str, object],
    response_description="The schema.",
)
async def get_push_schema(request: Request) -> Response:
    """The JSON Schema (2020-12) of the messages that the gateway of the Hue-S app receives. See docs/push.md."""
    return json_response(request, message_schema())


@routes.get(
    "/examples",
    operation_id="get_push_examples",
    summary="Signed examples of push messages",
    response_model=PushExamples,
)
async def get_push_examples(request: Request) -> Response:
    """Requests as they are sent, signed with a published secret, and what the hub does for each answer."""
    found = PushExamples(
        secret=EXAMPLE_SECRET,
        examples=[PushExample(title=e.title, headers=dict(e.headers), body=e.body) for e in signed_examples()],
        error_words=[
            PushErrorWord(status=row.status, word=row.word, effect=row.kind.value, meaning=row.meaning)
            for row in ERROR_WORDS
        ],
    )
    return json_response(request, found.model_dump())
