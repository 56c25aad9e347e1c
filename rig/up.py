"""`rig up`: starts the system, serves, shows it at work, and stops it in order."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType

from rig.arguments import DEFAULT_DATA
from rig.chaos import Chaos
from rig.cloud import Cloud
from rig.data_folder import DataFolder
from rig.errors import RigError
from rig.issuer import kept_key, token_parameters
from rig.show_token import how_to_get_one
from rig.stack import Stack
from rig.system import System, first_bucket, listen, serving, starts_database
from rig.template_source import LOCAL_TENANT, TENANT_PARAMETER, declared_parameters

HOST = "127.0.0.1"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(BaseException):
    """A signal asked for the end; it may come at any moment, and only `run` catches it."""


class FailedDemoError(RigError):
    """The system runs, and did not do what it should."""


@dataclass(frozen=True)
class UpOptions:
    """What `rig up` was asked for."""

    template: Path
    data: DataFolder
    port: int
    s3_port: int
    photos: Path | None
    once: bool
    demo: bool
    chaos: tuple[str, ...] = ()
    auth: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)


def run(options: UpOptions) -> int:
    """Everything from the start to the stop. Expected failures are exceptions whose message is one line."""
    with _stopping_on_signals():
        try:
            with ExitStack() as stack:
                return _run(options, stack)
        except Stop:
            return 0


def _run(options: UpOptions, stack: ExitStack) -> int:
    if options.demo and options.photos is not None:
        _check_photos(options.photos)
    stack.enter_context(options.data.held())
    listener = stack.enter_context(listen(HOST, options.port))
    port = listener.getsockname()[1]
    stack.enter_context(logging_to(options.data.logs))
    if options.demo:
        server = "PostgreSQL, " if starts_database(options.template, options.parameters) else ""
        _say(f"Starting {server}S3, the functions and the API …")
    api_url = f"http://localhost:{port}"
    system = stack.enter_context(_system(options, api_url))
    if left_out := system.cloud.stack.left_out:
        sys.stderr.write(f"rig: left out: {', '.join(left_out)}\n")
    stack.enter_context(serving(system.cloud, listener))
    options.data.write_state(system.state())
    stack.callback(system.finish_work)
    stack.enter_context(system.schedules())
    s3_url = system.cloud.s3_url.replace(HOST, "localhost")
    bucket = first_bucket(system.cloud.stack)
    if options.demo and _has_demo(system.cloud.stack):
        _show(options, system.cloud, api_url, s3_url, bucket)
        if not options.once:
            _say(f"Serving {api_url} until Ctrl-C.")
    else:
        _say(f"ready {api_url} s3={s3_url} bucket={bucket}")
    if options.auth and not options.once:
        sys.stderr.write(f"rig: {how_to_get_one(options.data)}\n")
    if not options.once:
        threading.Event().wait()  # until a signal raises Stop
    return 0


def _system(options: UpOptions, api_url: str) -> System:
    """With `auth` the template's own parameters say whose tokens are taken, unless a person says otherwise."""
    parameters, key = dict(options.parameters), None
    if options.auth:
        parameters = token_parameters(declared_parameters(options.template), api_url) | parameters
        key = kept_key(options.data.issuer_key)
    return System(
        options.template,
        options.data,
        parameters,
        s3_port=options.s3_port,
        api_url=api_url,
        chaos=Chaos(*options.chaos),
        token_key=key,
    )


def _has_demo(stack: Stack) -> bool:
    """Whether the demonstration is of this template; any other one is only served."""
    from rig.demo import ROUTES

    return set(stack.routes) >= ROUTES


def _check_photos(folder: Path) -> None:
    """Before anything is started, rather than after."""
    from rig.demo import DemoError, read_folder

    try:
        read_folder(folder)
    except DemoError as error:
        raise FailedDemoError(str(error)) from None


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _show(options: UpOptions, cloud: Cloud, api_url: str, s3_url: str, bucket: str) -> None:
    from rich.console import Console

    from rig.demo import DemoError, DemoSession, run_demo

    try:
        data = None if options.data.path == DEFAULT_DATA.absolute() else options.data.path
        tenant = LOCAL_TENANT if cloud.issuer and not cloud.stack.parameters.get(TENANT_PARAMETER) else None
        token = cloud.issuer.token(tenant, "demo") if cloud.issuer else None
        run_demo(DemoSession(api_url, s3_url, bucket, options.photos, Console(), data, token, tenant))
    except DemoError as error:
        raise FailedDemoError(f"the demonstration failed: {error}") from None


@contextmanager
def _stopping_on_signals() -> Iterator[None]:
    """The first signal raises `Stop` in the main thread; further ones don't disturb the stopping."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for other in SIGNALS:
            signal.signal(other, signal.SIG_IGN)
        raise Stop

    before = {number: signal.signal(number, stop) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def logging_to(folder: Path) -> Iterator[None]:
    """Failures in full in `rig.log`, and in one line each on stderr."""
    folder.mkdir(parents=True, exist_ok=True)
    logger = logging.getLogger("rig")
    file = RotatingFileHandler(folder / "rig.log", maxBytes=5 * 2**20, backupCount=1, encoding="utf-8")
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    screen = logging.StreamHandler(sys.stderr)
    screen.setFormatter(_FirstLine("rig: %(message)s"))
    handlers: tuple[logging.Handler, ...] = (file, screen)
    for handler in handlers:
        logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    screen.setLevel(logging.WARNING)
    logger.propagate = False
    try:
        yield
    finally:
        for handler in handlers:
            logger.removeHandler(handler)
            handler.close()
        logger.propagate = True


class _FirstLine(logging.Formatter):
    """What is logged in one line; of a function's failure, where the rest of it stands."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record).partition("\n")[0]
        function = getattr(record, "function", None)
        return f"{line} (rig logs {function})" if function else line
