"""Dumps the database: ``python -m tools.backup FILE``.

Which database: that of DATABASE_URL, or of the rig that runs on a data folder (--data). Beside the file, as FILE.json,
stands what is in it: rows by table, the schema's revision, and what a few searches found; dump and figures are of one
moment, while everybody goes on writing. `python -m tools.restore FILE` proves that the file is good. Photos lie in the
bucket: of those a dump has the keys.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path[:0] = [str(ROOT / "layers" / "core"), str(ROOT / "layers" / "models")]

from sqlalchemy import text  # noqa: E402 - after the path
from sqlalchemy.exc import SQLAlchemyError  # noqa: E402

from rig.data_folder import DataFolder  # noqa: E402
from rig.errors import RigError  # noqa: E402
from rig.postgres_binaries import PostgresError  # noqa: E402
from rig.system import DATABASE_VARIABLE  # noqa: E402
from tools.dumps import DumpError, looking, manifest, programs  # noqa: E402


def backup(url: str, path: Path) -> manifest.Manifest:
    """Writes the dump and its manifest. A file that is there is replaced once the new one is whole.

    Raises DumpError.
    """
    from roomlens.dialects import new_engine

    engine = new_engine(url)
    new = path.with_name(path.name + ".new")
    try:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            snapshot = str(connection.scalar(text("select pg_export_snapshot()")))
            programs.dump(url, new, snapshot)
            found = manifest.Manifest(
                made_at=datetime.now(UTC).isoformat(timespec="seconds"),
                server=str(connection.scalar(text("show server_version"))),
                schema=looking.revision(connection),
                sha256=manifest.digest(new),
                tables=looking.rows_by_table(connection),
                roles=looking.roles(connection),
                probes=looking.probes(connection),
            )
        new.replace(path)
        manifest.write(found, path)
    except SQLAlchemyError as error:
        raise DumpError(str(getattr(error, "orig", None) or error).partition("\n")[0]) from None
    finally:
        new.unlink(missing_ok=True)
        engine.dispose()
    return found


def address(data: Path | None) -> str:
    """Where the database is. Raises DumpError."""
    if data is None and (url := os.environ.get(DATABASE_VARIABLE)):
        return url
    folder = DataFolder(data or Path("data"))
    state = folder.read_state()
    if state is None or not state.database_url:
        raise DumpError(f"no rig with a database is running on {folder.path}, and DATABASE_URL is not set")
    return state.database_url


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints what is in the dump; 1 when there is none."""
    parser = argparse.ArgumentParser(prog="python -m tools.backup", description=__doc__)
    parser.add_argument("file", type=Path, help="where the dump goes")
    parser.add_argument("--data", type=Path, metavar="DIR", help="the data folder of a running rig (data)")
    asked = parser.parse_args(arguments)
    try:
        made = backup(address(asked.data), asked.file)
    except (DumpError, RigError, PostgresError, OSError) as error:
        sys.stderr.write(f"backup: {error}\n")
        return 1
    rows, megabytes = sum(made.tables.values()), asked.file.stat().st_size / 2**20
    print(f"{asked.file}: {megabytes:.1f} MB, schema {made.schema}, {rows} rows in {len(made.tables)} tables,")
    print(f"{manifest.path_beside(asked.file)}: {len(made.probes)} searches to hold it against")
    return 0


if __name__ == "__main__":
    sys.exit(main())
