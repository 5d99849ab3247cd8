"""``python -m hub.openapi`` writes openapi.json, the REST contract in the repository."""

import json
from functools import cache
from pathlib import Path
from typing import Any

CONTRACT = Path(__file__).resolve().parent.parent / "openapi.json"


@cache
def build_openapi() -> dict[str, Any]:
    """Build the OpenAPI document as served."""
    from hub.app import create_app
    from hub.settings import Settings

    return create_app(Settings()).openapi()


def render_openapi() -> str:
    """Render the document as stored: indented UTF-8 with a final line break."""
    return json.dumps(build_openapi(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    CONTRACT.write_text(render_openapi(), "utf-8")
    print(f"{CONTRACT.name} is written.")
