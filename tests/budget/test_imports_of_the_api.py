"""What a web process does not import until somebody needs it: it would hold the memory for as long as it runs."""

import subprocess
import sys

import pytest

SELDOM = "openpyxl, numpy, docx, PIL, css_inline, icalendar, pypdfium2, boto3"
SCRIPT = f"""
import sys
import hub.app
print(*[name for name in "{SELDOM}".split(", ") if name in sys.modules])
"""


@pytest.mark.server
def test_the_api_imports_no_writers_of_files_and_no_decoders_of_pictures() -> None:
    ran = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=120)
    assert ran.stdout.split() == []
