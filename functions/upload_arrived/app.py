"""S3 object created under uploads/: starts the workflow of the presigned upload that has come."""

from typing import Any

from roomlens import tasks
from roomlens.db import session_scope
from roomlens.events import objects_created
from roomlens.tenancy import acting_for, tenant_of_key


def handler(event: dict[str, Any], context: object) -> None:
    for created in objects_created(event):
        with acting_for(tenant_of_key(created.key)), session_scope() as session:
            tasks.begin_upload(session, created)
