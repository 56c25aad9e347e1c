"""`sam validate --lint`: SAM's own word on the template."""

from __future__ import annotations

import sys

from tools.check_cloud.sam import ending, sam


def figure() -> str:
    """SAM's last line.

    Raises:
        NotProvedError: it found something.
    """
    output = sam("validate", "--lint")
    return output.strip().splitlines()[-1].rpartition("/")[2]


if __name__ == "__main__":
    sys.exit(ending(figure))
