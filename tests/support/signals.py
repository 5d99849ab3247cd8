"""Signals of the test run: whatever it was started to ignore (`nohup`, a shell's background), its children do not.

An ignored signal is inherited by every child, a handler is not. So each ignored signal gets a handler that does
nothing: the run itself goes on ignoring it, and its children have the default.
"""

import os
import signal
from types import FrameType

INHERITABLE = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
IGNORED = "HUB_TEST_IGNORED_SIGNALS"
"""Variable by which the processes of a parallel run learn what its first process ignores."""


def _ignore(_: int, __: FrameType | None) -> None:
    pass


def keep_ignored_signals_from_children() -> None:
    """Replace ignored signals by handlers, restore that of ended children, and let no signal be blocked."""
    ignored = {number for number in INHERITABLE if signal.getsignal(number) == signal.SIG_IGN}
    ignored |= {signal.Signals(int(number)) for number in os.environ.get(IGNORED, "").split()}
    for number in ignored:
        signal.signal(number, _ignore)
    os.environ[IGNORED] = " ".join(str(int(number)) for number in sorted(ignored))
    # With it ignored, the exit codes of children are lost.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
