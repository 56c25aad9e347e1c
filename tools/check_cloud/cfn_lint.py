"""cfn-lint itself, on every template, in the regions of a stack in America, in Europe and in Asia."""

from __future__ import annotations

import sys
from typing import Final

from tools.check_cloud.proofs import ROOT
from tools.check_cloud.sam import SAM, NotProvedError, ending, run_beside_sam

REGIONS: Final = ("us-east-1", "eu-central-1", "ap-southeast-1")


def figure() -> str:
    """How many templates in how many regions.

    Raises:
        NotProvedError: it found something, be it a remark.
    """
    templates = sorted(path.name for path in ROOT.glob("template*.yaml"))
    cfn_lint = str(SAM.with_name("cfn-lint"))
    strict = ("--non-zero-exit-code", "informational")
    code, output = run_beside_sam(cfn_lint, *strict, "--regions", *REGIONS, "--", *templates)
    if code:
        raise NotProvedError(output)
    return f"nothing found in {', '.join(templates)} in {len(REGIONS)} regions"


if __name__ == "__main__":
    sys.exit(ending(figure))
