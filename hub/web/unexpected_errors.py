"""Answers to unexpected errors end like any other answer, so that the connection can be used again."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class UnexpectedErrors:
    """ASGI middleware that keeps an exception from the server once its answer is complete.

    Starlette answers an unexpected error with 500 and raises it again; the server would then close the connection
    without having said so. The error is logged before, in `hub.web.problems`. An answer that is cut short still ends
    the connection, so that the client notices.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_complete = False

        async def send_until_complete(message: Message) -> None:
            nonlocal is_complete
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                is_complete = True

        try:
            await self.app(scope, receive, send_until_complete)
        except Exception:
            if not is_complete:
                raise
