"""Reads a SAM template into a `Stack`; the template is the only source, nothing of it is written twice.

samtranslator does what CloudFormation's SAM transform does in the cloud; what comes out is resolved here.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from rig import http_apis, resources, template_source
from rig.intrinsics import NO_VALUE, Json, Resolver, TemplateError
from rig.stack import ACCOUNT, PARTITION, REGION, Stack

__all__ = ["TemplateError", "load_stack", "render"]

AWS_URL: Final = "http://127.0.0.1:4566"
API_URL: Final = "http://localhost:3000"
STACK_NAME: Final = "local"

ONLY_PYTHON: Final = "only Python functions from a local CodeUri run here"

LOCAL_PATHS: Final = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
}
"""The property of each SAM type that names a folder or file beside the template."""

INERT: Final = frozenset(
    {
        "AWS::ApiGatewayV2::Stage",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::LayerVersion",
        "AWS::Lambda::Permission",
        "AWS::S3::BucketPolicy",
    }
)
"""Types that are read with another resource, or that only restrict who may do what: nothing runs for them."""


def load_stack(
    path: Path,
    parameters: Mapping[str, str] | None = None,
    *,
    stack_name: str = STACK_NAME,
    aws_url: str = AWS_URL,
    api_url: str = API_URL,
) -> Stack:
    """The template's functions, routes, buckets, queues, state machines and outputs, with every reference resolved.

    Args:
        path: the SAM template; folders in it are relative to its own folder.
        parameters: values for its parameters; the others take their defaults.
        stack_name: what `AWS::StackName` stands for; physical names start with it.
        aws_url: where the local AWS answers (it is part of a queue's URL).
        api_url: where the HTTP API answers.

    Raises:
        TemplateError: the template can't be run as it stands; names the resource and the reason.
    """
    return _builder(path, parameters or {}, stack_name, aws_url, api_url).build()


def render(path: Path, parameters: Mapping[str, str] | None = None) -> dict[str, dict[str, Any]]:
    """The resources that the template stands for with these parameters, by logical id, with every reference resolved:
    what CloudFormation would be asked to make, for those who check that. Nothing of it runs; see `load_stack`."""
    return _builder(path, parameters or {}, STACK_NAME, AWS_URL, API_URL).resources()


def _builder(path: Path, parameters: Mapping[str, str], stack_name: str, aws_url: str, api_url: str) -> _Builder:
    path = path.resolve()
    raw = template_source.read(path)
    values = template_source.parameter_values(raw.get("Parameters") or {}, parameters)
    local_paths = _take_local_paths(raw, path.parent)
    template = _translated(pickle.dumps((raw, values)), path)
    return _Builder(path, template, values, local_paths, stack_name, aws_url, api_url)


def _take_local_paths(raw: dict[str, Any], folder: Path) -> dict[str, Path]:
    """Notes each resource's local folder and puts an S3 location in its place, as `sam package` would."""
    shared = dict(raw.get("Globals", {}).get("Function", {}))
    raw.get("Globals", {}).get("Function", {}).pop("CodeUri", None)
    paths: dict[str, Path] = {}
    for logical_id, resource in raw["Resources"].items():
        name = LOCAL_PATHS.get(resource.get("Type"))
        if name is None:
            continue
        properties = resource.setdefault("Properties", {})
        if name == "CodeUri":
            _check_runs_here(logical_id, {**shared, **properties})
        value = properties.get(name, shared.get(name) if name == "CodeUri" else None)
        if value is None and name == "DefinitionUri":
            continue  # an inline Definition
        if not isinstance(value, str):
            raise TemplateError(f"{logical_id}: {name} must be a local path to run here")
        paths[logical_id] = (folder / value).resolve()
        if not paths[logical_id].exists():
            raise TemplateError(f"{logical_id}: {name} {value} does not exist")
        properties[name] = {"Bucket": "local", "Key": logical_id}
    return paths


def _check_runs_here(logical_id: str, properties: Mapping[str, Any]) -> None:
    runtime = properties.get("Runtime", "")
    other = runtime if isinstance(runtime, str) and not runtime.startswith("python") else ""
    if properties.get("PackageType") == "Image":
        raise TemplateError(f"{logical_id} is an image: {ONLY_PYTHON}")
    if other:
        raise TemplateError(f"{logical_id} is {other}: {ONLY_PYTHON}")


@lru_cache(maxsize=16)
def _translated(written: bytes, path: Path) -> Mapping[str, Any]:
    """Kept, for it takes most of the time and only read from then on: a cloud is started again, and on another port.
    `written`: the document and the parameters' values, pickled."""
    raw, values = pickle.loads(written)  # noqa: S301 - our own
    return _translate(raw, path, values)


def _translate(raw: dict[str, Any], path: Path, values: Mapping[str, Json]) -> dict[str, Any]:
    import boto3
    from samtranslator.metrics.metrics import DummyMetricsPublisher, Metrics
    from samtranslator.parser.parser import Parser
    from samtranslator.public.exceptions import InvalidDocumentException
    from samtranslator.translator.translator import Translator

    metrics = Metrics("local", DummyMetricsPublisher())
    session = boto3.Session(region_name=REGION)
    translator = Translator({}, Parser(), boto_session=session, metrics=metrics)
    try:
        translated: dict[str, Any] = translator.translate(sam_template=raw, parameter_values=dict(values))
    except InvalidDocumentException as error:
        reasons = "; ".join(cause.message for cause in error.causes)
        raise TemplateError(f"{path}: {reasons}") from None
    finally:
        metrics.publish()  # to nobody; without it samtranslator complains on stderr
    return translated


class _Builder:
    """One pass over a translated template. Physical names follow from logical ones, so order doesn't matter."""

    def __init__(
        self,
        path: Path,
        template: Mapping[str, Any],
        values: Mapping[str, Json],
        local_paths: Mapping[str, Path],
        stack_name: str,
        aws_url: str,
        api_url: str,
    ) -> None:
        self.path = path
        self.values = values
        self.local_paths = local_paths
        self._template = template
        self._refs: dict[str, Json] = {
            **values,
            "AWS::AccountId": ACCOUNT,
            "AWS::NoValue": NO_VALUE,
            "AWS::NotificationARNs": [],
            "AWS::Partition": PARTITION,
            "AWS::Region": REGION,
            "AWS::StackId": f"arn:{PARTITION}:cloudformation:{REGION}:{ACCOUNT}:stack/{stack_name}/local",
            "AWS::StackName": stack_name,
            "AWS::URLSuffix": "amazonaws.com",
        }
        self._attributes: dict[str, Mapping[str, Json]] = {}
        self.resolve = Resolver(
            self._refs,
            lambda name, attribute: self._attributes[name][attribute],
            template.get("Conditions") or {},
            template.get("Mappings") or {},
        )
        self._urls = {"aws_url": aws_url.rstrip("/"), "api_url": api_url.rstrip("/")}
        self._stack_name = stack_name

    def build(self) -> Stack:
        by_type: dict[str, dict[str, dict[str, Any]]] = {}
        for logical_id, resource in self.resources().items():
            by_type.setdefault(resource["Type"], {})[logical_id] = resource["Properties"]
        return self._assemble(by_type)

    def resources(self) -> dict[str, dict[str, Any]]:
        live = self._live_resources()
        for logical_id, resource in live.items():
            self._name(logical_id, resource)
        return {
            logical_id: {
                **resource,
                "Properties": self._blaming(logical_id, self.resolve, resource.get("Properties", {})),
            }
            for logical_id, resource in live.items()
        }

    def _assemble(self, by_type: Mapping[str, Mapping[str, dict[str, Any]]]) -> Stack:
        def each(kind: str, make: Callable[[str, dict[str, Any]], Any]) -> dict[str, Any]:
            found = by_type.get(kind, {})
            return {name: self._blaming(name, make, name, properties) for name, properties in found.items()}

        layers = each("AWS::Lambda::LayerVersion", lambda _, p: self.local_paths[p["Content"]["S3Key"]])
        layer_paths = {self._refs[name]: layer for name, layer in layers.items()}
        retries = {p["FunctionName"]: p for p in by_type.get("AWS::Lambda::EventInvokeConfig", {}).values()}

        def function(name: str, properties: dict[str, Any]) -> Any:
            folder = self._local_path(properties.get("Code", {}).get("S3Key"))
            return resources.function(name, self._refs[name], properties, folder, layer_paths, retries)

        policies = {
            str(self._refs[name]): properties
            for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
            for name, properties in by_type.get(kind, {}).items()
        }
        apis = each("AWS::ApiGatewayV2::Api", lambda _, p: http_apis.http_api(p))
        if len(apis) > 1:
            raise TemplateError(f"only one HTTP API can run here, the template has {', '.join(sorted(apis))}")
        api = next(iter(apis.values()), http_apis.HttpApi())
        handled = {*resources.KINDS, *INERT}
        return Stack(
            path=self.path,
            parameters=dict(self.values),
            functions=(functions := each("AWS::Lambda::Function", function)),
            routes=_by_logical_id(api.routes, {f.name: logical_id for logical_id, f in functions.items()}),
            cors=api.cors,
            buckets=each("AWS::S3::Bucket", lambda name, p: resources.bucket(name, self._refs[name], p)),
            queues=each("AWS::SQS::Queue", self._queue),
            state_machines=each("AWS::StepFunctions::StateMachine", self._state_machine),
            schedules=each("AWS::Events::Rule", lambda name, p: resources.rule(name, str(self._refs[name]), p))
            | each("AWS::Scheduler::Schedule", lambda name, p: resources.schedule(name, str(self._refs[name]), p)),
            outputs=self._outputs(),
            roles=each("AWS::IAM::Role", lambda name, p: resources.role(name, str(self._refs[name]), p, policies)),
            ignored={name: kind for kind, found in by_type.items() if kind not in handled for name in found},
            authorizers=api.authorizers,
        )

    def _queue(self, logical_id: str, properties: dict[str, Any]) -> Any:
        name = self._attributes[logical_id]["QueueName"]
        return resources.queue(logical_id, name, self._refs[logical_id], properties)

    def _state_machine(self, logical_id: str, properties: dict[str, Any]) -> Any:
        source = self.local_paths.get(properties.get("DefinitionS3Location", {}).get("Key", ""))
        return resources.state_machine(logical_id, self._attributes[logical_id]["Name"], properties, source)

    def _local_path(self, key: str | None) -> Path:
        if key is None or key not in self.local_paths:
            raise TemplateError(ONLY_PYTHON)
        return self.local_paths[key]

    def _live_resources(self) -> dict[str, dict[str, Any]]:
        """The resources whose condition holds."""
        found: dict[str, dict[str, Any]] = self._template["Resources"]
        return {
            logical_id: resource
            for logical_id, resource in found.items()
            if "Condition" not in resource or self._blaming(logical_id, self.resolve.condition, resource["Condition"])
        }

    def _name(self, logical_id: str, resource: Mapping[str, Any]) -> None:
        given = self._blaming(logical_id, self.resolve, _given_name(resource))
        reference, attributes = resources.identity(
            resource["Type"], logical_id, given, self._stack_name, **self._urls
        )
        self._refs[logical_id] = reference
        self._attributes[logical_id] = attributes

    def _outputs(self) -> dict[str, str]:
        outputs = {}
        for name, output in (self._template.get("Outputs") or {}).items():
            if "Condition" not in output or self._blaming(name, self.resolve.condition, output["Condition"]):
                outputs[name] = str(self._blaming(f"the output {name}", self.resolve, output["Value"]))
        return outputs

    @staticmethod
    def _blaming(what: str, call: Callable[..., Any], *arguments: Any) -> Any:
        """The call's result; its errors name the resource that they come from."""
        try:
            return call(*arguments)
        except TemplateError as error:
            raise TemplateError(f"{what}: {error}") from None
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise TemplateError(f"{what} can't be read ({type(error).__name__}: {error})") from error


def _given_name(resource: Mapping[str, Any]) -> Json:
    properties = resource.get("Properties", {})
    names = ("FunctionName", "BucketName", "QueueName", "StateMachineName", "RoleName", "Name")
    return next((properties[name] for name in names if name in properties), None)


def _by_logical_id(routes: Mapping[str, str], logical_ids: Mapping[str, str]) -> dict[str, str]:
    return {key: logical_ids[name] for key, name in routes.items()}
