"""Strings that make a regular expression backtrack, derived from the pattern itself, and the cost of reading them."""

import importlib
import pkgutil
import re
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from math import inf
from typing import Any

sre: Any = importlib.import_module("re._constants")
sre_parser: Any = importlib.import_module("re._parser")

CHARACTERS = "aA0 /-.,;:|(\"'“«_\n\t\u00a0đĐà%=<>[*+•\u0301xV"
"""One of every class of characters that the patterns of the hub tell apart."""
SMALL, LARGE = 3_000, 24_000
QUICK, LONGEST = 0.003, 4.0
"""Seconds of processor time that a short linear read needs at most, and of the clock after which a read is stopped."""
MAX_GROWTH = 30.0
"""A text of eight times the length takes eight times as long, or 64 times where a pattern is quadratic."""

Attack = tuple[str, str, str]
"""A prefix, what is repeated after it, and an end that matches nothing."""


def find_patterns(packages: Iterable[str]) -> dict[str, re.Pattern[Any]]:
    """Find every pattern that a module of these packages has compiled, by its dotted name."""
    found: dict[tuple[Any, int], tuple[str, re.Pattern[Any]]] = {}
    for package in packages:
        root = importlib.import_module(package)
        every = pkgutil.walk_packages(root.__path__, f"{package}.")
        names = [each.name for each in every if not each.name.endswith("__main__")]
        for module in [root, *map(importlib.import_module, names)]:
            for name, pattern in _patterns_of(module):
                found.setdefault((pattern.pattern, pattern.flags), (f"{module.__name__}.{name}", pattern))
    return dict(found.values())


def _patterns_of(module: Any) -> Iterator[tuple[str, re.Pattern[Any]]]:
    waiting = list(vars(module).items())
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, re.Pattern):
            yield name, value
        elif isinstance(value, tuple | list):
            waiting += [(f"{name}[{at}]", part) for at, part in enumerate(value)]
        elif isinstance(value, dict):
            waiting += [(f"{name}[{key}]", part) for key, part in value.items()]


def attacks_on(pattern: re.Pattern[Any]) -> set[Attack]:
    """Derive attacks: each repeated part after what leads to it, the whole pattern, and every class of characters."""
    source = pattern.pattern
    tree = sre_parser.parse(source if isinstance(source, str) else source.decode("latin-1"), pattern.flags & re.VERBOSE)
    found: set[Attack] = {("", char, "") for char in CHARACTERS}
    for whole in _samples(tree, 2)[:4]:
        found |= {("", whole, ""), ("", whole[:-1], ""), ("", f"{whole} ", "")}
    for prefix, repeated in _repeats(tree, ""):
        found |= {(prefix, repeated, end) for end in ("", "\x00!", "\n;")} | {("", prefix + repeated, "")}
    return {attack for attack in found if attack[1]}


def _samples(sequence: Any, count: int) -> list[str]:
    """A few texts that a sequence of nodes matches."""
    found = [""]
    for operation, value in sequence:
        parts = _node_samples(operation, value, count)
        found = [text + part for text in found[:count] for part in parts[:count]][: count * 2] if parts else found
    return found


def _node_samples(operation: Any, value: Any, count: int) -> list[str]:
    if operation is sre.LITERAL:
        return [chr(value)]
    if operation is sre.NOT_LITERAL:
        return [char for char in "aA0 /" if char != chr(value)][:count]
    if operation is sre.ANY:
        return ["a", " "][:count]
    if operation is sre.IN:
        return _class_samples(value)[: max(count, 4)]
    if operation is sre.BRANCH:
        return [sample for branch in value[1] for sample in _samples(branch, 1)[:1]]
    if operation is sre.SUBPATTERN:
        return _samples(value[3], count)
    if operation is sre.ATOMIC_GROUP:
        return _samples(value, count)
    if operation in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        least, most, inner = value
        return [sample * (max(least, 1) if most else 0) for sample in _samples(inner, count)]
    return [""]


def _class_samples(members: Any) -> list[str]:
    """Characters of a class, or of its complement."""
    if members[0][0] is sre.NEGATE:
        kept = [(op, value) for op, value in members if op is not sre.NEGATE]
        return [char for char in CHARACTERS if not any(_is_member(char, op, v) for op, v in kept)][:6]
    found: list[str] = []
    for operation, value in members:
        if operation is sre.LITERAL:
            found.append(chr(value))
        elif operation is sre.RANGE:
            found.append(chr(value[0]))
        else:
            found += [char for char in "a0 /" if _is_member(char, operation, value)][:1]
    return found


def _is_member(char: str, operation: Any, value: Any) -> bool:
    if operation is sre.LITERAL:
        return bool(chr(value) == char)
    if operation is sre.RANGE:
        return bool(value[0] <= ord(char) <= value[1])
    name = str(value)
    of = char.isdigit() if "DIGIT" in name else char.isspace() if "SPACE" in name else char.isalnum() or char == "_"
    return of != ("NOT" in name)


def _repeats(sequence: Any, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield each repeated text of a sequence, with a text that leads to it."""
    for operation, value in sequence:
        if operation in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            samples = _samples(value[2], 3)
            yield from ((prefix, sample) for sample in (*samples[:4], "".join(samples[:2])))
            yield from _repeats(value[2], prefix)
        elif operation is sre.SUBPATTERN:
            yield from _repeats(value[3], prefix)
        elif operation is sre.ATOMIC_GROUP:
            yield from _repeats(value, prefix)
        elif operation is sre.BRANCH:
            for branch in value[1]:
                yield from _repeats(branch, prefix)
        elif operation is sre.ASSERT:
            yield from _repeats(value[1], prefix)
        prefix += next(iter(_node_samples(operation, value, 1)), "")


class Overrun(BaseException):
    """Reading took longer than `LONGEST`; no handler of errors in the code under test catches it."""


def grows_too_fast(read: Callable[[str], object], attack: Attack) -> bool:
    """Return True if a text of eight times the length costs far more than eight times the processor time."""
    prefix, repeated, end = attack
    small, large = (f"{prefix}{repeated * max(1, size // len(repeated))}{end}" for size in (SMALL, LARGE))
    first = _cost(read, small)
    if first < QUICK or first == inf:
        return first == inf
    # The least of several costs: other work of the machine only adds to them.
    return all(_cost(read, large) > MAX_GROWTH * min(first, _cost(read, small)) for _ in range(3))


def _cost(read: Callable[[str], object], text: str) -> float:
    began = time.process_time()
    signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    try:
        read(text)
    except Overrun:
        return inf
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return time.process_time() - began


def _stop(*_: object) -> None:
    raise Overrun
