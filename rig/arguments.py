"""What can be said on the command line: each command with its options."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeAlias

DEFAULT_DATA = Path("data")
DEFAULT_TEMPLATE = Path("template.yaml")

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Adding: TypeAlias = Callable[[Commands], argparse.ArgumentParser]
Run: TypeAlias = Callable[[argparse.Namespace], int]


def build_parser(wanted: Iterable[tuple[Adding, Run]]) -> argparse.ArgumentParser:
    """Of commands as they are added here, each with who does it: its `run`."""
    parser = argparse.ArgumentParser(
        prog="python -m rig", description="Runs the system of a SAM template on this machine, without Docker or AWS."
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    for add, run in wanted:
        add(commands).set_defaults(run=run)
    return parser


def add_up(commands: Commands) -> argparse.ArgumentParser:
    up = commands.add_parser(
        "up",
        help="start everything and show it at work",
        description="Starts the database, S3, events and functions of the template and serves its HTTP API "
        "until Ctrl-C. A second start on the same data folder finds its data again. "
        "DATABASE_URL in the environment (postgresql+psycopg2://…) uses another database.",
    )
    up.add_argument("--port", type=_port, default=3000, help="the port of the HTTP API (3000; 0 takes a free one)")
    up.add_argument("--s3-port", type=_port, default=0, help="the port of S3 and the other services (a free one)")
    _add_shared(up)
    up.add_argument("--photos", type=Path, metavar="DIR", help="show these photos instead of the samples")
    up.add_argument("--once", action="store_true", help="end after the demonstration")
    up.add_argument("--no-demo", action="store_true", help="only serve; prints one line when it does")
    up.add_argument(
        "--chaos",
        default="",
        metavar="KINDS",
        help="let events and workflows go wrong as they may in AWS: duplicate, reorder, late, encoded_keys, throttle, "
        "timeout, crash_after_commit (several with commas) or all",
    )
    up.add_argument(
        "--auth",
        choices=("none", "jwt"),
        default="none",
        help="who may call the API: everybody on this machine (none), or who shows a token, as the template says (jwt)",
    )
    return up


def add_token(commands: Commands) -> argparse.ArgumentParser:
    token = commands.add_parser(
        "token",
        help="print a token for the running system",
        description="Prints a token that the API of the running system takes, which `rig up --auth jwt` has started.",
    )
    token.add_argument("--tenant", metavar="NAME", help="whose data it is about; without it the token names nobody")
    token.add_argument("--subject", default="me", metavar="NAME", help="who calls (me)")
    token.add_argument("--operator", action="store_true", help="somebody of the group operators")
    token.add_argument("--scope", metavar="SCOPES", help="what it allows, with spaces between: its claim scope")
    token.add_argument("--expires", type=int, default=3600, metavar="SECONDS", help="how long it is good for (3600)")
    _add_shared(token)
    return token


def add_invoke(commands: Commands) -> argparse.ArgumentParser:
    invoke = commands.add_parser(
        "invoke",
        help="run one function with an event",
        description="Runs one function with an event: in the running system of the data folder, or in one that is "
        "started for this call. The answer goes to stdout as JSON, the function's log to stderr; "
        "the exit status is 1 when the function failed.",
    )
    invoke.add_argument("name", metavar="NAME", help="the function: QueryFunction, Query or query")
    invoke.add_argument("-e", "--event", default=None, metavar="FILE", help="the event as JSON, - for stdin ({})")
    _add_shared(invoke)
    return invoke


def add_replay(commands: Commands) -> argparse.ArgumentParser:
    replay = commands.add_parser(
        "replay",
        help="run a recorded task again",
        description="Runs the steps of a recorded task again in this process, where breakpoints work, with the inputs "
        "that were recorded, and shows how they ended then and end now. Nothing that they do stays. "
        "The exit status is 1 when something is different.",
    )
    replay.add_argument("name", metavar="TASK_ID", help="the task, whose id names its execution")
    replay.add_argument(
        "--history",
        type=Path,
        metavar="FILE",
        help="run this history, saved with `aws stepfunctions get-execution-history`, instead of a recorded one",
    )
    replay.add_argument(
        "--photo", type=Path, metavar="FILE", help="the photo of a task that this data folder's database does not know"
    )
    replay.add_argument("--as-test", type=Path, metavar="FILE", help="write what was recorded as a pytest case, too")
    _add_shared(replay)
    return replay


def add_logs(commands: Commands) -> argparse.ArgumentParser:
    logs = commands.add_parser("logs", help="show what functions wrote", description="Shows what functions wrote.")
    logs.add_argument("name", metavar="NAME", nargs="?", help="the function; without it, all of them")
    logs.add_argument("-f", "--follow", action="store_true", help="go on with what is written from now on")
    logs.add_argument("-n", "--lines", type=int, default=50, metavar="N", help="the last N lines of each (50)")
    _add_shared(logs)
    return logs


def add_lint(commands: Commands) -> argparse.ArgumentParser:
    lint = commands.add_parser(
        "lint",
        help="hold a listing's photos against rules",
        description="Holds the photos of a listing against a pack of rules (docs/lint.md). The exit status is 0 when "
        "nothing is as grave as --fail-on, 1 when something is, and 2 when it could not be looked at.",
    )
    lint.add_argument(
        "listing",
        metavar="LISTING",
        help="a listing's number in the running system of the data folder, or a folder of photos, for which a system "
        "is started that keeps nothing",
    )
    lint.add_argument(
        "--pack", metavar="NAME|FILE", help="a pack that Roomlens has (default), or a file of your own, *.yaml"
    )
    lint.add_argument("--tenant", default="local", help="whose listing, where calls need a token (local)")
    lint.add_argument("--json", action="store_true", dest="as_json", help="print the answer of the API")
    lint.add_argument(
        "--fail-on", choices=("error", "warning", "info"), default="error", help="what makes it fail (error)"
    )
    _add_shared(lint)
    return lint


def add_receiver(commands: Commands) -> argparse.ArgumentParser:
    receiver = commands.add_parser(
        "receiver",
        help="show the webhooks that are sent to it",
        description="Serves on this machine, takes whatever is posted to it and prints it, until Ctrl-C.",
    )
    receiver.add_argument("--port", type=_port, default=4000, help="where it listens (4000; 0 takes a free one)")
    receiver.add_argument("--secret", help="whsec_…: tells of each message whether it is signed with it")
    return receiver


def add_clean(commands: Commands) -> argparse.ArgumentParser:
    clean = commands.add_parser(
        "clean", help="forget all data", description="Removes the database, objects and logs of a data folder."
    )
    clean.add_argument("--data", type=Path, default=DEFAULT_DATA, metavar="DIR", help="the folder (data)")
    return clean


def _add_shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, metavar="DIR", help="where data is kept (data)")
    parser.add_argument(
        "--template", type=Path, default=DEFAULT_TEMPLATE, metavar="FILE", help="the SAM template (template.yaml)"
    )
    parser.add_argument(
        "--parameter",
        type=_parameter,
        action="append",
        default=[],
        dest="parameters",
        metavar="NAME=VALUE",
        help="a value for one of the template's parameters (may be given again for others)",
    )


def _parameter(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (0 to 65535)")
    return int(text)
