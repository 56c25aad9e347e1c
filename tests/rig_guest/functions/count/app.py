"""Counts the words of each text that arrives in the bucket."""

import json
import os
from pathlib import PurePosixPath
from urllib.parse import unquote_plus

import boto3

s3 = boto3.client("s3")  # kept from call to call


def handler(event, context):
    bucket = os.environ["BUCKET"]
    for record in event["Records"]:
        key = unquote_plus(record["s3"]["object"]["key"])
        words = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode().split()
        s3.put_object(
            Bucket=bucket, Key=f"counts/{PurePosixPath(key).stem}.json", Body=json.dumps({"words": len(words)})
        )
