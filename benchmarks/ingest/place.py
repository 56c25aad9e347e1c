"""Where photos are taken in: a bucket, a database with all its indexes, and what the template tells the function."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks.ingest.crew import ROOT, on_cores
from benchmarks.ingest.naive import CREATE, TABLE
from benchmarks.ingest.photos import Photo


@dataclass(frozen=True)
class Place:
    """What runs, and `variables` by which a worker finds it."""

    variables: Mapping[str, str]
    bucket: str
    s3: Any
    engine: Any

    def put(self, photos: Sequence[Photo]) -> list[dict[str, Any]]:
        """Puts photos into a new listing, and gives the events of it."""
        from sqlalchemy import text

        from rig.s3_events import ObjectChange, s3_event

        with self.engine.begin() as connection:
            statement = text("insert into listings (title) values ('Photos') returning id")
            listing = connection.scalar(statement)
        events = []
        for photo in photos:
            key = f"incoming/{listing}/{photo.name}"
            etag = self.s3.put_object(Bucket=self.bucket, Key=key, Body=photo.body)["ETag"].strip('"')
            change = ObjectChange("s3:ObjectCreated:Put", self.bucket, key, len(photo.body), etag)
            events.append(s3_event(change, "benchmark"))
        return events

    def searchable(self) -> tuple[int, int]:
        """How many photos can be found in both spaces, and how many rows the naive loop has."""
        from sqlalchemy import text

        both = "select count(*) from text_vectors join image_vectors using (analysis_id) join images on images.id ="
        both += " text_vectors.image_id where images.status = 'analyzed'"
        with self.engine.connect() as connection:
            rows = f"select count(*) from {TABLE}"  # noqa: S608 - our own table
            return int(connection.scalar(text(both))), int(connection.scalar(text(rows)))


@contextmanager
def place(cores: Collection[int]) -> Iterator[Place]:
    """S3 in this process, PostgreSQL in its own ones, both on these cores. The database keeps what it commits, as a
    real one does.

    Raises:
        PostgresError: it can't be started.
    """
    from rig.aws import environment, new_client
    from rig.engine import AfterRequest, Engine
    from rig.postgres import Postgres
    from rig.template import load_stack

    with on_cores(cores), Postgres() as server:
        url = server.url()
        aws = Engine(AfterRequest())
        aws.start()
        try:
            stack = load_stack(ROOT / "template.yaml", {"DatabaseUrl": url}, aws_url=aws.url)
            bucket = stack.buckets["PhotoBucket"].name
            s3 = new_client("s3", aws.url)
            s3.create_bucket(Bucket=bucket)
            variables = {**stack.function("inference").environment, **environment(aws.url)}
            engine = _migrated(url)
            yield Place(variables, bucket, s3, engine)
            engine.dispose()
        finally:
            aws.stop()


def _migrated(url: str) -> Any:
    from sqlalchemy import text

    from migrations.migrate import upgrade
    from roomlens.dialects import new_engine

    engine = new_engine(url)
    with engine.begin() as connection:
        upgrade(connection)
        for statement in CREATE:
            connection.execute(text(statement))
    return engine
