"""The fault drill in small: every photo is analysed once, or has failed with its reason."""

import io

from rich.console import Console

from benchmarks.faults.__main__ import Drill, run
from rig.pytest_plugin import CloudPool


def test_a_batch_survives_what_breaks_around_it(clouds: CloudPool) -> None:
    clouds.close()  # one cloud at a time
    said = io.StringIO()
    assert run(Drill(photos=16, database=1.5, s3=3.0, kills=1), Console(file=said, width=140)), said.getvalue()
