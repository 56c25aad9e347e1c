"""Second step of a batch, for each of its chunks: takes in or looks at its photos, or gives up the one it ended at."""

from typing import Any

from roomlens.events import clock_of, workflow_step
from roomlens.tasks.items import work_on_chunk


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    return work_on_chunk(workflow_step(event), clock_of(context))
