"""How long a usual query takes while somebody sends queries that are built to hurt, and while nobody does.

The attacker is a process of its own and sends so many a second, each with another text, so that no cache helps.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from statistics import quantiles

import httpx

USUAL = "query Page($n: Int) { policies(first: $n) { edges { node { id title number agency { code name } } } } }"
CONNECTIONS = 10
PACES = (10, 50)
"""Hurting queries a second; an address may send 100 requests a second without a key."""


def _doubling(n: int) -> str:
    pairs = (f" fragment f{k} on Query {{ ...f{k + 1} ...f{k + 1} }}" for k in range(60))
    return f"{{ ...f0 }} {''.join(pairs)} fragment f60 on Query {{ a{n}: __typename }}"


ATTACKS: tuple[Callable[[int], str], ...] = (
    lambda n: "{ policies { edges { node { " + "agency { " * 60 + f"a{n}: code" + " }" * 64,
    lambda n: f"{{ a{n}: __typename " + "__typename " * 500 + "}",
    lambda n: "{ " + " ".join(f'a{n}_{k}: search(query: "{k}") {{ engine }}' for k in range(60)) + " }",
    lambda n: f"{{ a{n}: policies {{ edges {{ node {{ " + "agency { code } " * 200 + "} } } }",
    lambda n: (
        f"{{ a{n}: policies(first: 100) {{ edges {{ node {{ "
        + " ".join(f"n{k}: nodes {{ ref text heading label }}" for k in range(12))
        + " } } } }"
    ),
    lambda n: f"{{ a{n}: " + "a " * 2_500 + "}",
    _doubling,
    lambda n: f"{{ ...a{n} }} fragment a{n} on Query {{ ...b ...b }} fragment b on Query {{ ...a{n} ...a{n} }}",
)


@dataclass
class Latency:
    """Milliseconds of the usual query, at so many hurting queries a second."""

    pace: int
    p50: float
    p99: float

    def row(self, alone: "Latency") -> tuple[str, ...]:
        return (
            f"{self.pace} hurting queries a second" if self.pace else "nobody",
            f"{self.p50:.1f} ms",
            f"{self.p99:.1f} ms",
            f"{self.p50 / alone.p50:.2f}",
            f"{self.p99 / alone.p99:.2f}",
        )


async def hurting(base: str, seconds: int) -> list[Latency]:
    """The latency alone, and beside attackers of growing pace. Raises when one of their queries is answered."""
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        await _usual(client, 1)
        found = [await _usual(client, seconds)]
        for pace in PACES:
            attacker = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.bench.heavy_queries", base, str(pace), stdin=asyncio.subprocess.PIPE
            )
            await asyncio.sleep(2)
            found.append(await _usual(client, seconds, pace))
            await attacker.communicate(b"")
            if attacker.returncode != 0:
                raise SystemExit("a query that is built to hurt was not refused")
    return found


async def _usual(client: httpx.AsyncClient, seconds: int, pace: int = 0) -> Latency:
    """Four readers, each asking again as soon as it is answered."""
    took, until = list[float](), time.perf_counter() + seconds

    async def reader() -> None:
        while (began := time.perf_counter()) < until:
            answer = await client.post("/graphql", json={"query": USUAL, "variables": {"n": 20}})
            assert "errors" not in answer.json()
            took.append((time.perf_counter() - began) * 1_000)

    await asyncio.gather(*[reader() for _ in range(4)])
    cuts = quantiles(took, n=100)
    return Latency(pace, cuts[49], cuts[98])


async def attack(base: str, pace: int) -> None:
    """Send hurting queries at a pace until the standard input is closed; each must be refused."""
    over = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    numbers: Iterator[int] = count()
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:

        async def connection() -> None:
            while not over.done():
                began, n = time.perf_counter(), next(numbers)
                query = ATTACKS[n % len(ATTACKS)](n)
                answer = await client.post("/graphql", content=json.dumps({"query": query}), headers=_JSON)
                assert "data" not in answer.json(), query
                await asyncio.sleep(max(0.0, CONNECTIONS / pace - (time.perf_counter() - began)))

        await asyncio.gather(*[connection() for _ in range(CONNECTIONS)])


_JSON = {"content-type": "application/json"}

if __name__ == "__main__":
    asyncio.run(attack(sys.argv[1], int(sys.argv[2])))
