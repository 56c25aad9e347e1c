"""The system that is loaded: a rig of its own, in processes of its own, with its data in a temporary folder."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rig import lifeline
from rig.data_folder import DataFolder
from rig.system import DATABASE_VARIABLE

ROOT: Final = Path(__file__).resolve().parents[2]
_READY_WITHIN: Final = 120.0


class NotStartedError(Exception):
    """The rig did not come up; the message is what it said."""


@contextmanager
def own_rig(parameters: Sequence[str], log: Path | None = None) -> Iterator[str]:
    """The address of a rig that serves inside of this block; afterwards it and its data are gone. `parameters` are
    `NAME=VALUE` of the template; `log` gets what it says on stderr.

    Raises NotStartedError.
    """
    with tempfile.TemporaryDirectory(prefix="roomlens-load-") as folder:
        data = DataFolder(Path(folder) / "data")
        program = [sys.executable, "-m", "rig", "up", "--no-demo", "--port", "0", "--data", str(data.path)]
        program += [part for parameter in parameters for part in ("--parameter", parameter)]
        environment = {name: value for name, value in os.environ.items() if name != DATABASE_VARIABLE}
        with (log or Path(folder) / "stderr").open("wb") as said:
            process = lifeline.spawn(
                program,
                signal_number=signal.SIGTERM,
                stdout=subprocess.PIPE,
                stderr=said,
                cwd=ROOT,
                env=environment,
                start_new_session=True,  # Ctrl-C is for this process, which stops the rig in order
            )
            try:
                yield _address(process, Path(said.name))
            finally:
                process.terminate()
                process.wait(60)
                data.clean()


def _address(process: subprocess.Popen[bytes], said: Path) -> str:
    assert process.stdout is not None
    end = time.monotonic() + _READY_WITHIN
    while time.monotonic() < end and process.poll() is None:
        if select.select([process.stdout], [], [], 0.5)[0]:
            words = process.stdout.readline().decode().split()
            if words[:1] == ["ready"]:
                return words[1]
    raise NotStartedError(f"the rig did not start: {said.read_text(errors='replace').strip()[-500:]}")
