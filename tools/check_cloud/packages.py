"""The packages in what `sam build` made: as locked, and listed (tools/sbom)."""

from __future__ import annotations

import sys

from tools.check_cloud.sam import BUILT
from tools.sbom.__main__ import main

if __name__ == "__main__":
    sys.exit(main([str(BUILT)]))
