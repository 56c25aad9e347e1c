"""Holds a listing's photos against rules. The rules are data (`packs/*.yaml`), the engine is pure (`engine`).

`lint_listing` is what the API and `python -m rig lint` both come to; docs/lint.md says what each rule means.
"""

from roomlens.listings.linting.listing import lint_listing
from roomlens.listings.linting.packs import pack_names, read_pack

__all__ = ["lint_listing", "pack_names", "read_pack"]
