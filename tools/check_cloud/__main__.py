"""`python -m tools.check_cloud [NAME ...]`: the proofs, or those with these names."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tools.check_cloud.proofs import PROOFS
from tools.check_cloud.running import run_all


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 when all hold, 1 when one fails."""
    known = {proof.name: proof for proof in PROOFS}
    parser = argparse.ArgumentParser(prog="make check-cloud", description="Proofs about what would be deployed.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}; without any, all")
    parser.add_argument("--list", action="store_true", help="say what each shows, and run none")
    parser.add_argument("--quick", action="store_true", help="without those that take minutes")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in known]
    if unknown:
        parser.error(f"no proof is called {', '.join(unknown)}: there are {', '.join(known)}")
    wanted = [known[name] for name in options.names] or [p for p in PROOFS if not (options.quick and p.long)]
    if options.list:
        print("\n".join(f"{proof.name:14}{proof.says}" for proof in wanted))
        return 0
    return 0 if run_all(wanted, lambda line: print(line, flush=True)) else 1


if __name__ == "__main__":
    sys.exit(main())
