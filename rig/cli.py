"""The command line: `python -m rig up|invoke|replay|logs|lint|receiver|clean`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rig.data_folder import DataFolder
from rig.errors import RigError

DEFAULT_DATA = Path("data")
DEFAULT_TEMPLATE = Path("template.yaml")


class UsageError(RigError):
    """What was asked can't be done."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status. Every expected failure is one line on stderr."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except RigError as error:
        return fail(str(error))
    except BrokenPipeError:  # the reader of our output went away
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        return fail(f"{error.strerror or error}{where}")
    return status


def fail(message: str) -> int:
    """Says on stderr what went wrong."""
    sys.stderr.write(f"rig: {message}\n")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rig", description="Runs the system of a SAM template on this machine, without Docker or AWS."
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    _add_up(commands)
    _add_invoke(commands)
    _add_replay(commands)
    _add_logs(commands)
    _add_lint(commands)
    _add_receiver(commands)
    _add_clean(commands)
    return parser


def _add_up(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
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
    up.set_defaults(run=_up)


def _add_invoke(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
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
    invoke.set_defaults(run=_invoke)


def _add_replay(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
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
    replay.set_defaults(run=_replay)


def _add_logs(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    logs = commands.add_parser("logs", help="show what functions wrote", description="Shows what functions wrote.")
    logs.add_argument("name", metavar="NAME", nargs="?", help="the function; without it, all of them")
    logs.add_argument("-f", "--follow", action="store_true", help="go on with what is written from now on")
    logs.add_argument("-n", "--lines", type=int, default=50, metavar="N", help="the last N lines of each (50)")
    _add_shared(logs)
    logs.set_defaults(run=_logs)


def _add_lint(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
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
    lint.add_argument("--json", action="store_true", dest="as_json", help="print the answer of the API")
    lint.add_argument(
        "--fail-on", choices=("error", "warning", "info"), default="error", help="what makes it fail (error)"
    )
    _add_shared(lint)
    lint.set_defaults(run=_lint)


def _add_receiver(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    receiver = commands.add_parser(
        "receiver",
        help="show the webhooks that are sent to it",
        description="Serves on this machine, takes whatever is posted to it and prints it, until Ctrl-C.",
    )
    receiver.add_argument("--port", type=_port, default=4000, help="where it listens (4000; 0 takes a free one)")
    receiver.add_argument("--secret", help="whsec_…: tells of each message whether it is signed with it")
    receiver.set_defaults(run=_receiver)


def _add_clean(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    clean = commands.add_parser(
        "clean", help="forget all data", description="Removes the database, objects and logs of a data folder."
    )
    clean.add_argument("--data", type=Path, default=DEFAULT_DATA, metavar="DIR", help="the folder (data)")
    clean.set_defaults(run=_clean)


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


def _up(options: argparse.Namespace) -> int:
    from rig.chaos import parse_kinds
    from rig.up import UpOptions, run

    chaos = parse_kinds(options.chaos)
    if options.once and options.no_demo:
        raise UsageError("--once ends after the demonstration, --no-demo leaves it out: give one of them")
    if options.photos is not None and not options.photos.is_dir():
        raise UsageError(f"there is no folder {options.photos}")
    return run(
        UpOptions(
            template=options.template,
            data=DataFolder(options.data),
            port=options.port,
            s3_port=options.s3_port,
            photos=None if options.photos is None else options.photos.resolve(),
            once=options.once,
            demo=not options.no_demo,
            chaos=chaos,
            parameters=dict(options.parameters),
        )
    )


def _invoke(options: argparse.Namespace) -> int:
    from rig.invoke import invoke_once, read_event

    event, parameters = read_event(options.event), dict(options.parameters)
    return invoke_once(options.template, DataFolder(options.data), options.name, event, parameters)


def _replay(options: argparse.Namespace) -> int:
    from rig.replay import ReplayOptions, run

    return run(
        ReplayOptions(
            name=options.name,
            template=options.template,
            data=DataFolder(options.data),
            history=options.history,
            photo=options.photo,
            as_test=options.as_test,
            parameters=dict(options.parameters),
        )
    )


def _logs(options: argparse.Namespace) -> int:
    from rig.show_logs import show_logs
    from rig.system import read_stack

    data, name = DataFolder(options.data), None
    if options.name is not None:
        state = data.read_state()
        parameters = state.parameters if state else dict(options.parameters)
        name = read_stack(options.template, parameters).function(options.name).logical_id
    return show_logs(data.logs, name, lines=options.lines, follow=options.follow)


def _lint(options: argparse.Namespace) -> int:
    from rig.lint import LintOptions, run

    return run(
        LintOptions(
            listing=options.listing,
            pack=options.pack,
            as_json=options.as_json,
            fail_on=options.fail_on,
            template=options.template,
            data=DataFolder(options.data),
            parameters=dict(options.parameters),
        )
    )


def _receiver(options: argparse.Namespace) -> int:
    from rig.receiver import serve

    return serve(options.port, options.secret)


def _clean(options: argparse.Namespace) -> int:
    DataFolder(options.data).clean()
    return 0
