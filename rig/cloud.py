"""A SAM template, running: S3, events, functions, queues and state machines on one machine.

moto is the engine, behind one seam: `invoke` goes in, events and executions come out (docs/adr/0002).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from rig import aws
from rig.activity import Activity
from rig.asynchronous import AsyncInvoker
from rig.chaos import Chaos, Step
from rig.data_folder import LOGS
from rig.errors import RigError
from rig.gateway import Gateway
from rig.issuer import Issuer
from rig.keeper import Keeper
from rig.moto_imports import without_ec2
from rig.permissions import Permissions
from rig.runtimes import InvokeResult, Runner, log_failure
from rig.runtimes.inprocess import InProcessRunner
from rig.schedules import schedule_event
from rig.stack import Function, Stack, named
from rig.template import API_URL, load_stack

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

RunnerKind = Literal["inprocess", "process"]
RETRY_DELAYS = (0.2, 0.5)

_one_at_a_time = threading.Lock()


class CloudError(RigError):
    """The cloud can't start or can't do what was asked."""


def warm_up() -> None:
    """Imports the engine, which takes most of the time of a first start."""
    with aws.shared_service_models(), without_ec2():
        import rig.deploy
        import rig.moto_patches  # noqa: F401


class Cloud:
    """The running stack, a context manager.

    moto keeps its state for the whole process, so there is one `Cloud` in a process at a time.

    Args:
        stack_path: the SAM template.
        parameters: values for its parameters.
        runner: `inprocess` calls the handlers here, `process` gives each function a Lambda runtime of its own.
        data: the folder that keeps objects, logs and recordings of executions; None keeps nothing.
        s3_port: where S3 and the other services listen on loopback, 0 for a free port.
        api_url: where whoever serves `gateway` makes it reachable.
        retry_delays: the pauses before an asynchronous event's next attempts, in seconds.
        enforce_timeouts: whether a function in this process is given up at its timeout (turn it off to debug).
        enforce_permissions: whether a function in this process is refused what its role doesn't allow.
        chaos: what goes wrong with events and workflows; nothing, until `cloud.chaos` is switched.
        token_key: with it the API asks for tokens of `cloud.issuer`, where the template has an authorizer for them.
    """

    stack: Stack
    gateway: Gateway
    permissions: Permissions
    issuer: Issuer | None = None

    def __init__(
        self,
        stack_path: Path,
        parameters: Mapping[str, str] | None = None,
        runner: RunnerKind = "inprocess",
        data: Path | None = None,
        s3_port: int = 0,
        *,
        api_url: str = API_URL,
        retry_delays: Sequence[float] = RETRY_DELAYS,
        enforce_timeouts: bool = True,
        enforce_permissions: bool = True,
        chaos: Chaos | None = None,
        token_key: RSAKey | None = None,
    ) -> None:
        self._stack_path = stack_path
        self._parameters = parameters
        self._runner_kind = runner
        self._data = data
        self._s3_port = s3_port
        self.api_url = api_url
        self._retry_delays = retry_delays
        self._enforce_timeouts = enforce_timeouts
        self._enforce_permissions = enforce_permissions
        self.chaos = chaos or Chaos()
        self._token_key = token_key
        self._activity = Activity()
        self._closing = ExitStack()
        self._clients: dict[str, Any] = {}
        self._clients_lock = threading.Lock()
        self._active: ExitStack | None = None
        self._runner: Runner | None = None
        self.s3_url = ""

    def __enter__(self) -> Self:
        if not _one_at_a_time.acquire(blocking=False):
            raise CloudError("another Cloud is running in this process")
        self._closing.callback(_one_at_a_time.release)
        try:
            self._start()
        except BaseException:
            self._closing.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    # -------------------------------------------------------------------------------------------- what it has

    @property
    def outputs(self) -> Mapping[str, str]:
        """The template's outputs."""
        return self.stack.outputs

    def bucket(self, logical_id: str) -> str:
        """The physical name of a bucket."""
        return str(named(self.stack.buckets, logical_id).name)

    def queue(self, logical_id: str) -> str:
        """The URL of a queue."""
        return str(named(self.stack.queues, logical_id).url)

    def state_machine(self, logical_id: str) -> str:
        """The ARN of a state machine."""
        return str(named(self.stack.state_machines, logical_id).arn)

    def client(self, service: str) -> Any:
        """A boto3 client of the local AWS; one is made per service and shared."""
        with self._clients_lock:
            if service not in self._clients:
                self._clients[service] = aws.new_client(service, self.s3_url)
            return self._clients[service]

    # -------------------------------------------------------------------------------------------- what it does

    def invoke(self, name: str, event: Any) -> InvokeResult:
        """Runs a function and waits for its answer; `name` is as in `Stack.function`."""
        return self._invoke(self.stack.function(name), event)

    def invoke_async(self, name: str, event: Any) -> None:
        """Hands an event to a function as S3 would: returns at once, retries, buries in the failure queue."""
        self._events.submit(self.stack.function(name), event)

    def wait(self, timeout: float = 30.0) -> None:
        """Returns when no event, retry, invocation or execution is in flight.

        Raises:
            StillBusyError: after `timeout` seconds; says what is.
        """
        self._activity.wait(timeout)

    @contextmanager
    def outage(self, service: str) -> Iterator[None]:
        """Inside, a service is down for the functions and for whoever comes from outside; `client` goes on working.
        `s3` answers 503 SlowDown. Raises CloudError for a service that can't be down."""
        if service != "s3":
            raise CloudError(f"only s3 can be down, not {service!r}")
        with self._engine.objects_down():
            yield

    def kill(self, name: str, when: Callable[[Any, float], bool] | None = None) -> int:
        """Kills the processes of a function that are in the middle of an invocation, which then ends with
        `Runtime.ExitError`; says how many there were. `when` picks by the event and the seconds since the function has
        it. Raises CloudError where functions have no processes."""
        from rig.runtimes.process import ProcessRunner

        if not isinstance(self._runner, ProcessRunner):
            raise CloudError('functions run in this process: only those of Cloud(…, runner="process") can be killed')
        return self._runner.kill(self.stack.function(name), when)

    def run_schedule(self, logical_id: str) -> None:
        """Does now what a schedule does when its time comes; nothing else runs them here but `rig up`."""
        schedule = named(self.stack.schedules, logical_id)
        self.invoke_async(schedule.target, schedule_event(schedule))

    def reset(self) -> None:
        """Back to the state after the start: buckets and queues empty, no executions. For tests."""
        from rig import moto_state

        self.wait(timeout=10)
        if not moto_state.has(self.stack):
            moto_state.forget_everything()
            self._deploy()  # which puts S3's own test messages into the queues that buckets tell
        for bucket in self.stack.buckets.values():
            moto_state.empty_bucket(bucket.name)
        for queue in self.stack.queues.values():
            moto_state.empty_queue(queue.name)
        moto_state.forget_executions()

    def resume(self) -> None:
        """Gives this process to the cloud: moto behaves like AWS, and functions in this process see their environment.
        A cloud that has just started has it."""
        if self._active is not None:
            return
        from rig.moto_patches import patched

        self._active = ExitStack()
        self._active.enter_context(patched(self._hooks, self._engine.port))
        if isinstance(self._runner, InProcessRunner):
            self._runner.enter()
            self._active.callback(self._runner.leave)

    def suspend(self) -> None:
        """Gives this process back, for tests that don't use this cloud; `resume` before it is used again."""
        if self._active is not None:
            self._active.close()
            self._active = None

    # -------------------------------------------------------------------------------------------- how it starts

    def _start(self) -> None:
        self._closing.enter_context(aws.shared_service_models())
        warm_up()
        from rig.engine import AfterRequest, Engine
        from rig.moto_hooks import Hooks
        from rig.moto_state import forget_everything

        after_request = AfterRequest()
        self._engine = Engine(after_request, self._s3_port)
        self._closing.callback(self._engine.stop)
        self._closing.callback(self.suspend)  # not before the last function has ended
        self.s3_url = self._engine.url
        self.stack = load_stack(self._stack_path, self._parameters, aws_url=self.s3_url, api_url=self.api_url)
        self.issuer = Issuer(self._token_key, self.stack) if self._token_key else None
        self.permissions = Permissions(self.stack, enforce=self._enforce_permissions)
        self._runner = self._new_runner()
        self._closing.callback(self._runner.close)
        self._events = AsyncInvoker(self._invoke, self._send_message, self._activity, self._retry_delays, self.chaos)
        self._closing.callback(self._events.close)
        keeper = Keeper(self.stack, self._data)
        self._hooks = Hooks(
            invoke=self._invoke_for,
            invoke_async=self.invoke_async,
            object_changed=keeper.object_changed,
            execution_ended=keeper.execution_ended,
            activity=self._activity,
            after_request=after_request,
        )
        self.resume()
        forget_everything()
        self._engine.start()
        self._deploy()
        keeper.restore()
        guard = self.issuer.guard if self.issuer else None
        self.gateway = Gateway(self.stack.routes, self.invoke, self.stack.cors, guard=guard)
        self._closing.callback(self.gateway.close)

    def _new_runner(self) -> Runner:
        environment = aws.environment(self.s3_url)
        if self._runner_kind == "inprocess":
            functions = self.stack.functions.values()
            return InProcessRunner(functions, environment, self.permissions, self._enforce_timeouts)
        from rig.runtimes.process import ProcessRunner

        return ProcessRunner(environment, None if self._data is None else self._data / LOGS)

    def _deploy(self) -> None:
        from rig.deploy import deploy

        deploy(self.stack, self.client)

    # -------------------------------------------------------------------------------------------- how it works

    def _invoke(self, function: Function, event: Any) -> InvokeResult:
        assert self._runner is not None
        with self._activity.during(f"an invocation of {function.logical_id}"):
            result = self._runner.invoke(function, event)
        if result.error:
            log_failure(function, result.payload)
        return result

    def _invoke_for(self, name: str, event: Any, step: Step | None) -> InvokeResult:
        """An invocation through Lambda's API: of a workflow's step, or of anybody."""
        function = self.stack.function(name)
        if step is None:
            return self._invoke(function, event)
        return self.chaos.run_step(lambda: self._invoke(function, event), function, step)

    def _send_message(self, queue_arn: str, body: str, attributes: Mapping[str, str]) -> None:
        sqs = self.client("sqs")
        url = sqs.get_queue_url(QueueName=queue_arn.rpartition(":")[2])["QueueUrl"]
        typed = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=typed)
