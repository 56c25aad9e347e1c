"""What can't be run again is refused before anything is made."""

import json
from pathlib import Path

import pytest

from rig.data_folder import DataFolder
from tests.pages import ROOT
from tests.unit.rig.histories import History


def refusal(folder: Path, history: History) -> str:
    """Why it is not run, in one line; nothing is made."""
    from rig.replay import ReplayError, ReplayOptions, run  # it brings the whole cloud along

    saved, data = folder / "history.json", DataFolder(folder / "data")
    saved.write_text(json.dumps(history.document))
    with pytest.raises(ReplayError) as caught:
        run(ReplayOptions("tsk_1", ROOT / "template.yaml", data, history=saved))
    assert not data.path.exists()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_data_folder_without_a_database_gets_none(tmp_path: Path) -> None:
    history = History({"task_id": "tsk_1", "image_id": 1})
    history.succeed(history.call(history.enter("PreparePhoto")))
    assert "data has no database yet: start `rig up` on it once" in refusal(tmp_path, history)


def test_a_batch_is_refused_with_the_reason(tmp_path: Path) -> None:
    history = History({"task_id": "tsk_1"})
    planned = history.succeed(history.call(history.enter("PlanItems")))
    each = history.add("MapStateStarted", history.add("MapStateEntered", planned, name="EachChunk"), length=1)
    item = history.enter("ImportChunk", history.add("MapIterationStarted", each, name="EachChunk", index=0))
    history.succeed(history.call(item))
    told = refusal(tmp_path, history)
    assert told.startswith("tsk_1 is an execution of BackfillModelStateMachine or ImportPhotosStateMachine or Rean")
    assert "can't be run again: the rig knows what those of AnalyzePhotoStateMachine work on" in told


def test_what_begins_as_no_execution_of_the_template_is_refused(tmp_path: Path) -> None:
    history = History({"task_id": "tsk_1"})
    history.succeed(history.call(history.enter("SomethingElse")))
    assert refusal(tmp_path, history).startswith("tsk_1 is an execution of another state machine, and can't be run")
