"""The stacks that the template stands for: each of its conditions holds in one of these and doesn't in another."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from tools.check_cloud.proofs import ROOT

TEMPLATE: Final = ROOT / "template.yaml"
NEVER: Final = "arn:aws:secretsmanager:us-east-1:123456789012:secret:database-AbCdEf"

VARIANTS: Final[Mapping[str, Mapping[str, str]]] = {
    "what is made unasked": {},
    "all that may be asked for": {
        "AllowBedrock": "yes",
        "CallbackSecret": "whsec_" + 8 * "AAAA",
        "DatabaseStandby": "yes",
        "ZoneA": "us-east-1b",
        "ZoneB": "us-east-1c",
        "Tenant": "",
        "TenantClaim": "custom:company",
        "DomainName": "photos.example",
        "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
        "HostedZoneId": "Z0123456789ABCDEFGHIJ",
        "InferenceConcurrency": "10",
        "AnalysisConcurrency": "5",
        "WebConsole": "yes",
        "AlarmEmail": "someone@photos.example",
        "Tracing": "Active",
    },
    "beside what is there": {
        "DatabaseSecretArn": NEVER,
        "SubnetIds": "subnet-0a,subnet-0b",
        "SecurityGroupIds": "sg-0a",
        "VisionBackend": "bedrock",
        "TextBackend": "bedrock",
        "ChatBackend": "bedrock",
        "BedrockModelArns": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
        "Tenant": "acme",
        "UploadsPerMinute": "600",
        "UploadsAtOnce": "1000",
        "QueriesPerMinute": "0",
        "QueriesAtOnce": "50",
        "TurnsPerMinute": "60",
        "TurnsAtOnce": "20",
        "TokenIssuer": "https://tokens.example",
        "TokenAudience": "roomlens",
    },
    "beside a database by its address": {
        "DatabaseUrl": "postgresql+psycopg2://user@host:5432/name",
        "Tenant": "acme",
    },
}


@cache
def source() -> Mapping[str, Any]:
    """The template as it is written."""
    from rig.template_source import read

    return read(TEMPLATE)


@cache
def rendered() -> Mapping[str, Mapping[str, dict[str, Any]]]:
    """The resources of each variant, by the variant's name and their logical ids, with every reference resolved."""
    from rig.template import render

    return {name: render(TEMPLATE, parameters) for name, parameters in VARIANTS.items()}


def owner(logical_id: str) -> str:
    """The resource of the template that one of the rendered ones was made for: `UploadFunction` of
    `UploadFunctionRole`. Empty where SAM made it for none in particular."""
    names = [name for name in source()["Resources"] if logical_id.startswith(name)]
    return max(names, key=len, default="")
