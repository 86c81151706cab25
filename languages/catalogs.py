"""Catalogs as files: where they lie, and .po to .mo without the gettext tools.

`python -m languages.catalogs` runs before Django starts: without its compiled catalog a
language that Django does not ship has no pages.
"""

import os
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def catalog_path(language):
    return LOCALE / language.locale / "LC_MESSAGES" / "django.po"


def compile_catalogs(directory=LOCALE):
    """Compile every catalog that is newer than what was compiled of it; the paths written."""
    return [
        compile_catalog(source)
        for source in sorted(directory.glob("*/LC_MESSAGES/*.po"))
        if is_stale(source)
    ]


def is_stale(source):
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns


def compile_catalog(source):
    compiled = source.with_suffix(".mo")
    # Put in place in one step: another process may be starting just now.
    unfinished = source.with_suffix(f".{os.getpid()}.unfinished")
    polib.pofile(str(source)).save_as_mofile(str(unfinished))
    unfinished.replace(compiled)
    return compiled


if __name__ == "__main__":
    compile_catalogs()
