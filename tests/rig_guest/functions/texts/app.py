"""GET /texts/{name}: how many words a text has."""

import json
import os

import boto3
from botocore.exceptions import ClientError

s3 = boto3.client("s3")  # kept from call to call


def handler(event, context):
    name = event["pathParameters"]["name"]
    if not name.isalnum():
        return {"statusCode": 400, "body": "a name has letters and digits only"}
    try:
        found = s3.get_object(Bucket=os.environ["BUCKET"], Key=f"counts/{name}.json")
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
        return {"statusCode": 404, "body": "no such text"}
    return {"name": name, **json.loads(found["Body"].read())}
