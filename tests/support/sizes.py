"""Sizes of a test's count: small in every run, `full` as the issues state it, `soak` too large for every run.

A test that takes a count is marked ``@pytest.mark.counts(small=50, full=1_000, soak=5_000)`` and runs once for each
size: the argument `count` is the number, and all but the small one have the marker of their size. Soak tests run only
where the expression of ``-m`` names them.
"""

import pytest


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test its counts."""
    if (sizes := metafunc.definition.get_closest_marker("counts")) is not None:
        counts = [
            pytest.param(count, id=size, marks=[] if size == "small" else [getattr(pytest.mark, size)])
            for size, count in sizes.kwargs.items()
        ]
        metafunc.parametrize("count", counts)


def leave_out_soak(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the soak tests, unless they are asked for by name."""
    if "soak" not in config.option.markexpr:
        left_out = [item for item in items if item.get_closest_marker("soak")]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if item not in left_out]
