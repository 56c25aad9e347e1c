"""Who may read what of the bucket: what is served is what was made of photos, never a photo as it came."""

from fnmatch import fnmatchcase

from tests.unit.house.project import stack

SERVED = {"derived/*"}
LOOKS_FOR_UPLOADS = {"TasksFunction": {"uploads/*"}}
"""Who reads something else, and hands out no links to it: a retry asks whether an upload has come."""


def readable(function: str) -> set[str]:
    """The keys of the bucket that a function may read."""
    return {
        resource.partition(":::")[2].partition("/")[2]
        for statement in stack().roles[f"{function}Role"].statements
        if any(fnmatchcase("s3:GetObject", action) for action in statement.actions)
        for resource in statement.resources
    }


def test_functions_of_the_api_may_read_nothing_of_the_bucket_but_what_was_made_of_photos() -> None:
    """A presigned link has the rights of whoever signed it: S3 would refuse one for an original."""
    found = {function: readable(function) for function in set(stack().routes.values())}
    reading = {function: keys for function, keys in found.items() if keys}
    assert {function for function, keys in reading.items() if keys == SERVED} >= {"ImagesFunction", "ChatFunction"}
    assert {function: keys for function, keys in reading.items() if keys != SERVED} == LOOKS_FOR_UPLOADS
