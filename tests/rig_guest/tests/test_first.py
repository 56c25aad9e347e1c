"""From the bucket through the function to the API, all in the process of this test."""


def test_a_text_in_the_bucket_is_counted(cloud, api):
    cloud.client("s3").put_object(Bucket=cloud.bucket("TextBucket"), Key="texts/ode.txt", Body=b"so much depends upon")
    cloud.wait()
    assert api.get("/texts/ode").json() == {"name": "ode", "words": 4}
