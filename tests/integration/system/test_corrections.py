"""A person's word on a photo, through the gateway: what was analysed before and after it is found as they say."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rig.cloud import Cloud
from tests.fakes import FakeAnalyzer
from tests.pictures import GREEN, RED, photo


def put(system: Cloud, key: str, body: bytes) -> None:
    system.client("s3").put_object(Bucket=system.bucket("PhotoBucket"), Key=key, Body=body)
    system.wait()


def found(api: Any, words: str, **filters: Any) -> list[int]:
    answer = api.post("/api/query/", json={"query": words, "k": 1, "filters": filters or None}).json()
    return [hit["id"] for hit in answer["top_k"]]


def test_a_corrected_photo_is_found_by_what_was_said_whenever_it_is_looked_at_again(
    system: Cloud, api: Any, analyzer: FakeAnalyzer
) -> None:
    listing = api.post("/api/listings", json={"title": "By the sea"}).json()["id"]
    for name, colour in (("a.jpg", RED), ("b.jpg", GREEN)):
        put(system, f"incoming/{listing}/{name}", photo(colour))
    (kitchen,) = found(api, "dishwasher in the kitchen")
    read = api.get(f"/api/images/{kitchen}").headers["etag"]
    said = {"room_type": "wine_cellar", "caption": "Cellar for bottles.", "remove_tags": ["dishwasher"]}
    answer = api.patch(f"/api/images/{kitchen}", json=said, headers={"if-match": read})
    assert answer.status_code == 200, answer.text
    assert api.patch(f"/api/images/{kitchen}", json=said, headers={"if-match": read}).status_code == 412
    assert found(api, "cellar for bottles") == [kitchen]
    analyzer.model = FakeAnalyzer("2").model
    put(system, f"incoming/{listing}/a.jpg", photo(RED))
    put(system, f"incoming/{listing}/b.jpg", photo(GREEN))
    assert found(api, "cellar for bottles", rooms={"any": ["wine_cellar"]}) == [kitchen]
    shown = api.get(f"/api/images/{kitchen}").json()
    assert (shown["predictions"]["room_type"]["label"], len(shown["analyses"])) == ("wine_cellar", 2)
    spoken = api.post("/api/chat/", json={"message": "Is there a dishwasher?", "listing_id": listing}).json()
    assert [one["image_ids"] for one in spoken["citations"]] == [[kitchen]]
    assert spoken["reply"].startswith("No dishwasher can be seen in the wine cellar")


def test_many_people_at_once_lose_no_ones_words(system: Cloud, api: Any) -> None:
    image = api.post("/api/upload/", files={"file": ("a.jpg", photo(RED))}).json()["image_id"]
    tags = ["island", "skylight", "piano", "desk"]
    with ThreadPoolExecutor(len(tags)) as pool:
        answers = pool.map(lambda tag: api.patch(f"/api/images/{image}", json={"add_tags": [tag]}).status_code, tags)
    assert set(answers) == {200}
    assert set(api.get(f"/api/images/{image}").json()["correction"]["tags_added"]) == set(tags)
    assert found(api, "kitchen", tags={"all": tags}) == [image]
