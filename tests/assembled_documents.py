"""Twenty whole documents of many types, by the names of the functions that build them."""

from collections.abc import Callable

from assembled import Whole
from assembled_administrative import ADMINISTRATIVE
from assembled_normative import NORMATIVE

DOCUMENTS: dict[str, Callable[[], Whole]] = {build.__name__: build for build in (*NORMATIVE, *ADMINISTRATIVE)}
