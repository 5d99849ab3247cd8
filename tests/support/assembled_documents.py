"""Twenty whole documents of many types, by the names of the functions that build them."""

from collections.abc import Callable

from tests.support.assembled import Whole
from tests.support.assembled_administrative import ADMINISTRATIVE
from tests.support.assembled_normative import NORMATIVE

DOCUMENTS: dict[str, Callable[[], Whole]] = {build.__name__: build for build in (*NORMATIVE, *ADMINISTRATIVE)}
