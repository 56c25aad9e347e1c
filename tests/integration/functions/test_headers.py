"""What every answer tells a browser, and that nobody can say in a call whose it is or what a photo is worth."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from health.app import handler as health
from images.app import handler as images
from listings.app import handler as listings
from query.app import handler as query
from roomlens.models import Image, Listing
from tests.factories import make_photo
from tests.http import Answer, call


def says(answer: Answer, name: str) -> list[str]:
    return [part.strip() for part in answer.headers[name].split(";")]


@pytest.mark.usefixtures("db", "s3")
@pytest.mark.parametrize("path", ["/api/images", "/api/images/0", "/api/nothing"])
def test_data_and_refusals_are_kept_and_framed_by_nobody(path: str) -> None:
    answer = call(images, "GET", path)
    assert answer.headers["cache-control"] == "no-store"
    assert says(answer, "content-security-policy") == ["default-src 'none'", "frame-ancestors 'none'"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


def test_the_documentation_loads_nothing_from_elsewhere_and_is_framed_by_nobody() -> None:
    page = call(health, "GET", "/api/docs")
    policy = says(page, "content-security-policy")
    assert {"default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy)
    assert "http" not in page.headers["content-security-policy"]
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"):
        answer = call(health, "GET", f"/api/docs/{asset}")
        assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == (
            "public, max-age=3600",
            "nosniff",
        )


SAID: list[tuple[Any, str, str, dict[str, Any]]] = [
    (listings, "POST", "/api/listings", {"title": "A house"}),
    (query, "POST", "/api/query/", {"query": "kitchen"}),
    (images, "PATCH", "/api/images/{image}", {"caption": "A kitchen"}),
]


@pytest.mark.usefixtures("s3", "analyzer")
@pytest.mark.parametrize("field", ["tenant_id", "tenant", "id", "condition_score", "s3_key", "created_at"])
@pytest.mark.parametrize(("handler", "method", "path", "body"), SAID, ids=[path for _, _, path, _ in SAID])
def test_what_nobody_asked_for_is_refused_and_changes_nothing(
    db: Session, handler: Any, method: str, path: str, body: dict[str, Any], field: str
) -> None:
    image = make_photo(db).image
    before = (image.correction, db.query(Listing).count(), db.query(Image).count())
    refused = call(handler, method, path.format(image=image.id), json={**body, field: "another"})
    assert (refused.status, refused.problem["errors"][0]["pointer"]) == (422, f"/body/{field}")
    db.expire_all()
    assert (image.correction, db.query(Listing).count(), db.query(Image).count()) == before


@pytest.mark.usefixtures("s3", "analyzer")
def test_a_tenant_in_the_query_means_nothing(db: Session) -> None:
    make_photo(db)
    told = [call(images, "GET", f"/api/images{query}").json()["images"] for query in ("", "?tenant_id=b&tenant=b")]
    assert [len(page) for page in told] == [1, 1]
