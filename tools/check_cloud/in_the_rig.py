"""The same template in the rig: started as it is, it shows itself at work; nothing writes to the file."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tempfile

from tools.check_cloud.proofs import ROOT
from tools.check_cloud.sam import NotProvedError, ending
from tools.check_cloud.variants import TEMPLATE


def figure() -> str:
    """Which template it was, and how many functions of it ran.

    Raises:
        NotProvedError: the rig didn't take it, or what it showed was wrong.
    """
    from rig.template import load_stack

    before = hashlib.sha256(TEMPLATE.read_bytes()).hexdigest()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [sys.executable, "-m", "rig", "up", "--once", "--port", "0", "--data", f"{folder}/data"]
        done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    if done.returncode:
        raise NotProvedError(f"{done.stdout[-3000:]}{done.stderr[-3000:]}")
    if hashlib.sha256(TEMPLATE.read_bytes()).hexdigest() != before:
        raise NotProvedError("the template is another one than before")
    stack = load_stack(TEMPLATE)
    if not re.search(r"^(Look|Find|Ask)\b", done.stdout, re.MULTILINE):
        raise NotProvedError(f"it showed nothing:\n{done.stdout[-3000:]}")
    ran = f"{len(stack.functions)} functions, {len(stack.routes)} routes"
    return f"template.yaml {before[:12]}: {ran}; the demonstration holds"


if __name__ == "__main__":
    sys.exit(ending(figure))
