"""The command line: `python -m rig up|token|invoke|replay|logs|lint|receiver|clean`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Final

from rig import arguments
from rig.data_folder import DataFolder
from rig.errors import RigError


class UsageError(RigError):
    """What was asked can't be done."""


def main(words: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status. Every expected failure is one line on stderr."""
    options = arguments.build_parser(_COMMANDS).parse_args(words)
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
            auth=options.auth == "jwt",
            parameters=dict(options.parameters),
        )
    )


def _token(options: argparse.Namespace) -> int:
    from rig.show_token import TokenOptions, run

    return run(
        TokenOptions(
            template=options.template,
            data=DataFolder(options.data),
            tenant=options.tenant,
            subject=options.subject,
            operator=options.operator,
            expires=options.expires,
            scope=options.scope,
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
            tenant=options.tenant,
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


_COMMANDS: Final = (
    (arguments.add_up, _up),
    (arguments.add_token, _token),
    (arguments.add_invoke, _invoke),
    (arguments.add_replay, _replay),
    (arguments.add_logs, _logs),
    (arguments.add_lint, _lint),
    (arguments.add_receiver, _receiver),
    (arguments.add_clean, _clean),
)
