"""The commands that train Roomlens' small heads from photos that lie beside the project: ``python -m training.rooms``.

Nothing here is deployed. What a command writes (tens of kilobytes and a model card) is committed under
``layers/models/roomlens_models/heads``. The photos are no part of the project.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Here, because worker processes import this package too: before numpy, and as a Lambda function finds the layers.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
for _layer in ("core", "models"):
    if (_folder := str(ROOT / "layers" / _layer)) not in sys.path:
        sys.path.insert(0, _folder)
