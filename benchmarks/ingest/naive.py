"""The loop that the product is compared with: what somebody writes first who wants photos to be found by meaning.

For each photo: the bytes from S3, Pillow, the bare network for the picture's vector, the bare sentence encoder for that
of its class's name, one INSERT by psycopg2, committed. It knows no damaged file, no EXIF, no colour profile, no second
event, and keeps no thumbnail, hash, score or caption.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, Final

from benchmarks.ingest.taken import Times, of_one

TABLE: Final = "naive_photos"
CREATE: Final = (
    f"create table {TABLE} (id bigserial primary key, s3_key text, label text,"
    " image_vector halfvec(768), text_vector halfvec(384))",
    f"create index on {TABLE} using hnsw (image_vector halfvec_cosine_ops)",
    f"create index on {TABLE} using hnsw (text_vector halfvec_cosine_ops)",
)
_INSERT: Final = f"insert into {TABLE} (s3_key, label, image_vector, text_vector) values (%s, %s, %s, %s)"  # noqa: S608


class NaiveLoop:
    """The models loaded, the connections open."""

    def __init__(self, dsn: str, bucket: str) -> None:
        import boto3
        import numpy as np
        import psycopg2

        from roomlens_models.efficientnet import EfficientNet
        from roomlens_models.imagenet import class_names
        from roomlens_models.minilm import MiniLM
        from roomlens_models.tensorfile import read_tensors
        from roomlens_models.weights import SPACES_FILE, TEXT_FILE, VISION_FILE, VOCABULARY_FILE, WEIGHTS

        self._bucket = bucket
        self._s3 = boto3.client("s3")
        self._connection = psycopg2.connect(dsn)
        self._cursor = self._connection.cursor()
        self._network = EfficientNet.load(WEIGHTS / VISION_FILE)
        self._encoder = MiniLM.load(WEIGHTS / TEXT_FILE, WEIGHTS / VOCABULARY_FILE)
        self._projection = np.asarray(read_tensors(WEIGHTS / SPACES_FILE).tensors["image_projection"], np.float32)
        self._labels = [names.split(", ")[0] for names in class_names()]

    def __call__(self, event: Mapping[str, Any]) -> Times:
        """One photo, named by the event that the product gets."""
        key = event["Records"][0]["s3"]["object"]["key"]
        with of_one() as (times, part):
            with part("s3"):
                body = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            self._look(key, body, part)
        return times

    def _look(self, key: str, body: bytes, part: Any) -> None:
        import numpy as np
        from PIL import Image

        from roomlens_models.efficientnet import INPUT_SIZE

        with part("decode"):
            image = Image.open(io.BytesIO(body)).convert("RGB")
            picture = np.asarray(image.resize((INPUT_SIZE, INPUT_SIZE), Image.Resampling.BICUBIC))
        with part("model"):
            seen = self._network(picture)
            label = self._labels[int(seen.logits.argmax())]
            image_vector = seen.features @ self._projection
        with part("text model"):
            text_vector = self._encoder.encode([label])[0]
        with part("db"):
            self._cursor.execute(_INSERT, (key, label, _literal(image_vector), _literal(text_vector)))
            self._connection.commit()


def _literal(vector: Any) -> str:
    """As pgvector's README sends one."""
    return str(vector.tolist())
