"""What the benches need of running servers."""

import time
from urllib.request import urlopen


def wait(url: str, right: str = "") -> None:
    """Until an address answers (with a word in it)."""
    for _ in range(12_000):
        try:
            with urlopen(url, timeout=2) as answer:
                if right in answer.read().decode():
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"{url} does not answer")
