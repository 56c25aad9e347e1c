"""Long work: a state machine's execution, shown as a task that a person can follow, cancel and try again.

A task's state lives in the database and is written by the steps themselves (docs/adr/0005-workflows.md). The items of a
batch are tasks of their own; what works on them is in `roomlens.tasks.items`, which needs the models' layer.
"""

from roomlens.tasks.afterwards import refresh_listings
from roomlens.tasks.arrivals import begin_upload
from roomlens.tasks.closing import finish, get_task, plain_cause
from roomlens.tasks.control import OpenTasks, cancel, cancel_all, hold_open, retry
from roomlens.tasks.executions import step_functions
from roomlens.tasks.kinds import Kind
from roomlens.tasks.reading import (
    list_items,
    list_tasks,
    place_after,
    present_item,
    present_summary,
    present_task,
    require_access,
    upload_of,
)
from roomlens.tasks.reconciling import reconcile
from roomlens.tasks.starting import (
    start_analyses,
    start_analysis,
    start_analysis_again,
    start_backfill,
    start_batch,
    start_chat,
    start_upload,
)
from roomlens.tasks.steps import acting_in, run_step

__all__ = [
    "Kind",
    "OpenTasks",
    "acting_in",
    "begin_upload",
    "cancel",
    "cancel_all",
    "finish",
    "get_task",
    "hold_open",
    "list_items",
    "list_tasks",
    "place_after",
    "plain_cause",
    "present_item",
    "present_summary",
    "present_task",
    "reconcile",
    "refresh_listings",
    "require_access",
    "retry",
    "run_step",
    "start_analyses",
    "start_analysis",
    "start_analysis_again",
    "start_backfill",
    "start_batch",
    "start_chat",
    "start_upload",
    "step_functions",
    "upload_of",
]
