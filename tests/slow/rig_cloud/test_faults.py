"""What the rig can break on purpose: S3, a function's process, the database; and schedules that are run by hand."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from botocore.exceptions import ClientError

from rig.cloud import Cloud, CloudError
from rig.postgres import Postgres, PostgresError
from rig.pytest_plugin import CloudPool, messages


@pytest.fixture(scope="module")
def processes(clouds: CloudPool, template_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    clouds.close()
    data = tmp_path_factory.mktemp("data")
    with Cloud(template_path, {"Nightly": "yes"}, "process", data, retry_delays=(0.01,)) as cloud:
        yield cloud


def outsider(cloud: Cloud) -> Any:
    """A client as a person or a function has it, which does not try again."""
    import boto3
    from botocore.config import Config

    config = Config(signature_version="s3v4", retries={"max_attempts": 0})
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local", "region_name": "us-east-1"}
    return boto3.client("s3", endpoint_url=cloud.s3_url, config=config, **keys)


def test_while_s3_is_down_it_says_slow_down_to_all_but_the_rig(processes: Cloud) -> None:
    import httpx2

    cloud = processes
    s3, place = outsider(cloud), {"Bucket": cloud.bucket("Inbox"), "Key": "other/a.txt"}
    form = s3.generate_presigned_post(**place)
    with cloud.outage("s3"):
        cloud.client("s3").put_object(**place, Body=b"x")
        with pytest.raises(ClientError, match="SlowDown") as caught:
            s3.get_object(**place)
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
        with pytest.raises(ClientError, match="SlowDown"):
            s3.put_object(**place, Body=bytes(2**20))
        with pytest.raises(ClientError, match="503"):
            s3.head_object(**place)
        assert httpx2.get(s3.generate_presigned_url("get_object", Params=place)).status_code == 503
        assert httpx2.post(form["url"], data=form["fields"], files={"file": b"x"}).status_code == 503
    assert s3.get_object(**place)["Body"].read() == b"x"


def test_functions_meet_the_outage_too(processes: Cloud) -> None:
    bucket = processes.bucket("Inbox")
    with processes.outage("s3"):
        processes.client("s3").put_object(Bucket=bucket, Key="incoming/lost.jpg", Body=b"x")
        processes.wait(30)
    (letter,) = messages(processes, "DeadLetters")
    assert "503" in letter["MessageAttributes"]["ErrorMessage"]["StringValue"]
    processes.client("s3").put_object(Bucket=bucket, Key="incoming/found.jpg", Body=b"x")
    processes.wait(10)
    found = processes.client("s3").list_objects_v2(Bucket=bucket, Prefix="seen/")["Contents"]
    assert [one["Key"].rpartition("/")[0] for one in found] == ["seen/incoming/found.jpg"]


def test_only_s3_can_be_down_and_only_processes_can_be_killed(template_path: Path) -> None:
    cloud = Cloud(template_path)
    with pytest.raises(CloudError, match="only s3 can be down, not 'sqs'"), cloud.outage("sqs"):
        pass
    with pytest.raises(CloudError, match="functions run in this process"):
        cloud.kill("hello")


def test_what_a_killed_process_did_ends_and_the_next_invocation_has_a_new_one(processes: Cloud) -> None:
    def hello(**what: Any) -> Any:
        return processes.invoke("HelloFunction", {"body": json.dumps(what)})

    before = json.loads(hello().payload["body"])["pid"]
    assert processes.kill("HelloFunction") == 0, "it is idle"
    with ThreadPoolExecutor(2) as pool:
        invoked = [pool.submit(hello, do="sleep", seconds=4) for _ in range(2)]
        killed, end = 0, time.monotonic() + 10
        while killed < 2 and time.monotonic() < end:
            time.sleep(0.2)
            killed += processes.kill("HelloFunction")
        results = [future.result() for future in invoked]
    assert [result.payload["errorType"] for result in results] == ["Runtime.ExitError"] * 2
    assert "signal: SIGKILL" in results[0].payload["errorMessage"]
    assert json.loads(hello().payload["body"])["pid"] != before


def test_a_kill_can_wait_for_the_right_moment(processes: Cloud) -> None:
    event = {"body": json.dumps({"do": "sleep", "seconds": 1})}
    processes.invoke_async("HelloFunction", event)
    seen: list[float] = []

    def late(found: Any, seconds: float) -> bool:
        seen.append(seconds)
        return bool(found == event and seconds > 0.3)

    end = time.monotonic() + 10
    while not processes.kill("HelloFunction", late):
        assert time.monotonic() < end
        time.sleep(0.01)
    assert seen[0] < 0.3 < seen[-1]
    processes.wait(20)


def test_a_killed_event_is_tried_again(processes: Cloud, caplog: pytest.LogCaptureFixture) -> None:
    event = {"body": json.dumps({"do": "sleep", "seconds": 1})}
    processes.invoke_async("HelloFunction", event)
    end = time.monotonic() + 10
    while not processes.kill("HelloFunction"):
        assert time.monotonic() < end
        time.sleep(0.05)
    processes.wait(20)
    assert caplog.text.count("HelloFunction failed with Runtime.ExitError") == 1
    assert "END RequestId" in (processes._data / "logs" / "HelloFunction.log").read_text()  # type: ignore[operator]


def test_a_schedule_is_run_by_hand(processes: Cloud) -> None:
    processes.run_schedule("NightlyFunctionNight")
    processes.wait(10)
    log = (processes._data / "logs" / "NightlyFunction.log").read_text()  # type: ignore[operator]
    assert log.count("START RequestId") == 1


def test_a_database_that_was_down_has_kept_everything() -> None:
    with Postgres(durable=False) as server:
        held = psycopg2.connect(server.dsn())
        with held.cursor() as cursor:
            cursor.execute("create table kept (id int); insert into kept values (1)")
        held.commit()
        address = server.dsn()
        with server.down():
            with pytest.raises(psycopg2.OperationalError):
                psycopg2.connect(address)
            with pytest.raises(psycopg2.OperationalError), held.cursor() as cursor:
                cursor.execute("select 1")
        held.close()
        again = psycopg2.connect(address)
        with again.cursor() as cursor:
            cursor.execute("select id from kept")
            assert cursor.fetchall() == [(1,)]
        again.close()
    with pytest.raises(PostgresError, match="does not run"), server.down():
        pass
