"""``python -m hub.openapi`` writes openapi.json, the REST contract that is kept in the tree."""

import json
from pathlib import Path
from typing import Any

CONTRACT = Path(__file__).resolve().parent.parent / "openapi.json"


def document() -> dict[str, Any]:
    """The served OpenAPI document."""
    from hub.app import create_app
    from hub.settings import Settings

    return create_app(Settings()).openapi()


def rendered() -> str:
    """The document as it is stored: indented, UTF-8, with a final line break."""
    return json.dumps(document(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    CONTRACT.write_text(rendered(), "utf-8")
    print(f"{CONTRACT.name} is written.")
