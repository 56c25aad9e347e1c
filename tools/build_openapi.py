"""Writes docs/openapi.json from the functions' routes; with --check it only says whether the file is stale."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "openapi.json"


def current_document() -> str:
    """The document as the functions would serve it now."""
    for folder in (ROOT / "functions", ROOT / "layers" / "core"):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    from health.openapi import merged_openapi

    return json.dumps(merged_openapi(), indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when the file is stale")
    document = current_document()
    if parser.parse_args().check:
        stale = not DOCUMENT.exists() or DOCUMENT.read_text() != document
        print(f"{DOCUMENT.name} is {'stale: run make openapi' if stale else 'up to date'}")
        return int(stale)
    DOCUMENT.write_text(document)
    print(f"wrote {DOCUMENT.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
