"""Makes `tests/support/data/made/` by LibreOffice and Chromium: `python -m tests.support.make_files [NAME…]`.

Both are Debian packages (`libreoffice-writer-nogui`, `chromium`). The tests read the files that were made, and need
neither program.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.made_sources import FLAT_FILES, FLAT_ODT, PAGES, UNUSED, WORD_FILES
from tests.support.word_files import word_file

MADE = Path(__file__).parent / "data" / "made"
_CHROMIUM = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-pdf-header-footer",
)


def convert(sources: list[Path], form: str, folder: Path) -> None:
    """Convert files by LibreOffice, into a folder."""
    soffice = shutil.which("soffice") or "soffice"
    profile = f"-env:UserInstallation=file://{folder.parent}/profile"
    command = [soffice, profile, "--headless", "--convert-to", form, "--outdir", str(folder), *map(str, sources)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)


def print_page(page: Path, folder: Path, *, written_down: bool) -> None:
    """Print a page by Chromium, and write down its elements where that is wanted."""
    chromium = shutil.which("chromium") or "chromium"
    command = [chromium, *_CHROMIUM, f"--user-data-dir={folder}/chromium"]
    output = folder / f"{page.stem}-chromium.pdf"
    subprocess.run([*command, f"--print-to-pdf={output}", str(page)], check=True, capture_output=True, timeout=120)
    if written_down:
        found = subprocess.run([*command, "--dump-dom", str(page)], check=True, capture_output=True, timeout=120)
        (folder / f"{page.stem}-chromium.html").write_bytes(found.stdout)


def main(names: list[str]) -> None:
    """Make all files, or those of some sources."""
    with TemporaryDirectory() as scratch:
        folder, made = Path(scratch), Path(scratch) / "made"
        made.mkdir()
        documents, flat = [], []
        for name, (body, numbering, _) in WORD_FILES.items():
            if not names or name in names:
                documents.append(folder / f"{name}.docx")
                documents[-1].write_bytes(word_file(body, numbering=numbering))
        for name, (footer, text) in FLAT_FILES.items():
            if not names or name in names:
                flat.append(folder / f"{name}.fodt")
                flat[-1].write_text(FLAT_ODT.format(footer=footer, body=text))
        if documents:
            convert(documents, "docx:Office Open XML Text", made)
            convert(documents, "html:HTML (StarWriter)", made)
        convert([*documents, *flat], "pdf", made)
        for name, page in PAGES.items():
            if not names or name in names:
                source = folder / f"{name}.html"
                source.write_text(f"<!doctype html><meta charset=utf-8><title>{name}</title><body>{page}")
                print_page(source, made, written_down="script" in page)
        for file in made.iterdir():
            if file.suffix in (".docx", ".html", ".pdf") and file.name not in UNUSED:
                shutil.copyfile(file, MADE / file.name)


if __name__ == "__main__":
    main(sys.argv[1:])
