"""What can't be run again is refused before anything is made."""

import json
from pathlib import Path

import pytest

from rig.data_folder import DataFolder
from tests.pages import ROOT
from tests.unit.rig.histories import History


def test_a_data_folder_without_a_database_gets_none(tmp_path: Path) -> None:
    from rig.replay import ReplayError, ReplayOptions, run  # it brings the whole cloud along

    history = History({"task_id": "tsk_1", "image_id": 1})
    history.succeed(history.call(history.enter("PreparePhoto")))
    saved, data = tmp_path / "history.json", DataFolder(tmp_path / "data")
    saved.write_text(json.dumps(history.document))
    with pytest.raises(ReplayError, match="data has no database yet: start `rig up` on it once"):
        run(ReplayOptions("tsk_1", ROOT / "template.yaml", data, history=saved))
    assert not data.path.exists()
