"""Two tenants and the API that they share: the template's handlers behind the rig's gateway, which asks for tokens."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rig.stack import ACCOUNT, REGION
from tools.fuzz.judging import FIRST_OF_OTHERS

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from rig.handlers import Handlers
    from rig.issuer import Issuer
    from rig.stack import Stack
    from tests.openapi_calls import Existing

ROOT: Final = Path(__file__).resolve().parents[2]
TEMPLATE: Final = ROOT / "template.yaml"
PHOTOS: Final = sorted((ROOT / "samples" / "harbour-view").glob("*.jpg"))[:2]
TENANT: Final = "fuzz"
_WITHOUT_LIMITS: Final = dict.fromkeys(("UploadsPerMinute", "QueriesPerMinute", "TurnsPerMinute"), "0")
"""tests/integration/functions/test_rates.py has them."""

_DIGEST: Final = "select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') || ' ' || count(*) from {} t"
_TABLES: Final = (
    "select table_name from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id'"
    " order by table_name"
)
_SEQUENCES: Final = "select quote_ident(schemaname) || '.' || quote_ident(sequencename), last_value from pg_sequences"


class CannotSeedError(Exception):
    """A tenant could not make its own things: then there is nothing to be told apart."""


@dataclass
class World:
    """The API, its issuer, and the rows behind it; `marker` stands in every text of the other tenant."""

    client: TestClient
    issuer: Issuer
    open_routes: frozenset[str]
    engine: Any
    marker: str
    stack: Stack

    @property
    def stranger(self) -> str:
        """The other tenant: its name stands in the keys of its objects."""
        return f"other-{self.marker}"

    @cached_property
    def token(self) -> str:
        return self.issuer.token(TENANT, expires=86_400)

    @cached_property
    def operator_token(self) -> str:
        return self.issuer.token(TENANT, operator=True, expires=86_400)

    @cached_property
    def bad_tokens(self) -> Sequence[str]:
        """None, no token, one of yesterday, one for somebody else, and one that another key signed."""
        from rig.issuer import new_key

        foreign = type(self.issuer)(new_key(), self.stack)
        good = self.token
        return (
            "",
            "Bearer no.token.atall",
            f"Bearer {self.issuer.token(TENANT, expires=-60)}",
            f"Bearer {self.issuer.token(TENANT, aud='somebody-else')}",
            f"Bearer {foreign.token(TENANT)}",
            f"Bearer {good[:-4]}AAAA",
            f"Basic {good}x",
        )

    def seed(self, tenant: str, word: str) -> Existing:
        """One of each kind, made by the API as this tenant; `word` stands in every text. Raises CannotSeedError."""
        return _Seeding(self.client, self.issuer.token(tenant), word).existing()

    def seed_stranger(self) -> Existing:
        """The other tenant's things, by ids that nothing else has. Raises CannotSeedError."""
        from sqlalchemy import text

        with self.engine.begin() as connection:
            before = connection.execute(text(_SEQUENCES)).all()
            for place, (name, _) in enumerate(before):
                statement = text("select setval(cast(:name as regclass), :value)")
                connection.execute(statement, {"name": name, "value": FIRST_OF_OTHERS + 1000 * place})
        existing = self.seed(self.stranger, self.marker)
        with self.engine.begin() as connection:
            for name, value in before:
                statement = text("select setval(cast(:name as regclass), :value, :called)")
                values = {"name": name, "value": value or 1, "called": value is not None}
                connection.execute(statement, values)
        return existing

    def digests(self) -> dict[str, str]:
        """Of each table that knows tenants, what the other tenant's rows are, and how many."""
        from sqlalchemy import text

        with self.engine.connect() as connection:
            tables = list(connection.scalars(text(_TABLES)))
            where = {"tenant": self.stranger}
            return {
                table: str(connection.scalar(text(_DIGEST.format(f'"{table}"') + " where tenant_id = :tenant"), where))
                for table in tables
            }


@dataclass(frozen=True)
class _Seeding:
    """What a person does who uses everything once."""

    client: TestClient
    token: str
    word: str

    def existing(self) -> Existing:
        from tests.openapi_calls import Existing

        made = {"title": f"{self.word} house", "address": f"1 {self.word} Street", "external_ref": self.word, "beds": 2}
        listing = self._ask("POST", "/api/listings", json=made)["id"]
        image = [self._upload(photo, listing) for photo in PHOTOS][-1]
        self._ask("PATCH", f"/api/images/{image}", json={"caption": f"A {self.word} kitchen"})
        asked = {"message": f"Is there a {self.word} sofa?", "listing_id": listing, "user_id": self.word}
        turn = self._ask("POST", "/api/chat/", json=asked)
        rated = {"rating": "up", "comment": f"{self.word} indeed", "user_id": self.word}
        self._ask("POST", f"/api/messages/{turn['message_id']}/feedback", json=rated)
        self._ask("PUT", f"/api/images/{image}/alteration", json={"kind": "virtual_staging"})
        self._ask("PUT", f"/api/listings/{listing}/photo-order", json={"image_ids": [image]})
        announced = {"filename": f"{self.word}.jpg", "content_type": "image/jpeg", "size": 5, "listing_id": listing}
        task, canceled = (self._ask("POST", "/api/uploads", json=announced)["task_id"] for _ in range(2))
        self._ask("POST", f"/api/tasks/{canceled}/cancel")
        return Existing(listing, image, turn["conversation_id"], turn["message_id"], task, canceled)

    def _upload(self, photo: Path, listing: int) -> int:
        file = (f"{self.word}-{photo.name}", photo.read_bytes())
        return int(self._ask("POST", "/api/upload/", files={"file": file}, data={"listing_id": listing})["image_id"])

    def _ask(self, method: str, path: str, **options: Any) -> Any:
        answer = self.client.request(method, path, headers={"authorization": f"Bearer {self.token}"}, **options)
        if answer.status_code >= 300:
            raise CannotSeedError(f"{method} {path} answered {answer.status_code}: {answer.text[:300]}")
        return answer.json()


@contextmanager
def world(database_url: str, marker: str) -> Iterator[World]:
    """The API on a migrated database: real models, PostgreSQL as it is, and AWS in memory, where state machines are
    started and nothing follows. The database is looked at as its owner, whom no policy holds back."""
    from moto import mock_aws

    from rig.handlers import Handlers, http_client
    from rig.issuer import new_key, token_parameters
    from rig.template import API_URL, load_stack
    from rig.template_source import declared_parameters
    from roomlens.dialects import new_engine

    parameters = token_parameters(declared_parameters(TEMPLATE), API_URL)
    stack = load_stack(TEMPLATE, {**parameters, **_WITHOUT_LIMITS, "DatabaseUrl": database_url}, api_url=API_URL)
    engine = new_engine(database_url, pool_size=1)
    try:
        with mock_aws(), Handlers(stack, enforce_timeouts=False, token_key=new_key()) as handlers:
            _make_aws(handlers)
            open_routes = frozenset(stack.routes) - frozenset(stack.authorizers)
            assert handlers.issuer is not None
            with http_client(handlers.gateway, API_URL) as client:
                yield World(client, handlers.issuer, open_routes, engine, marker, stack)
    finally:
        engine.dispose()


def _make_aws(handlers: Handlers) -> None:
    from moto.s3.models import s3_backends
    from moto.stepfunctions.models import stepfunctions_backends

    done = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    for bucket in handlers.stack.buckets.values():
        s3_backends[ACCOUNT]["aws"].create_bucket(bucket.name, REGION)
    for machine in handlers.stack.state_machines.values():
        stepfunctions_backends[ACCOUNT][REGION].create_state_machine(
            machine.name, done, f"arn:aws:iam::{ACCOUNT}:role/states"
        )
