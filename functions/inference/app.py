"""S3 object created under incoming/: analyses every photo that is put into the bucket."""

from typing import Any

from roomlens.db import session_scope
from roomlens.events import objects_created
from roomlens.listings.refreshing import refresh_afterwards
from roomlens.photos.intake import take_in_object
from roomlens.tenancy import acting_for, tenant_of_key


def handler(event: dict[str, Any], context: object) -> None:
    """One transaction a photo. An error makes Lambda send the event again, and in the end to the dead-letter queue."""
    for created in objects_created(event):
        with acting_for(tenant_of_key(created.key)), session_scope() as session:
            taken = take_in_object(session, created)
            refresh_afterwards(session, taken.image.listing_id if taken else None)
