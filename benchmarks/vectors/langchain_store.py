"""LangChain's PGVectorStore over the same vectors: a program of its own, for it needs packages of its own.

Run by benchmarks.vectors with the interpreter of .venv-benchmarks. It makes its table the way its documentation says,
takes the vectors from Roomlens' own, and then answers on its standard output, a line of JSON for each line it reads:
the number of a question comes in, and how long it took goes out.

Imports nothing of the project.
"""

# mypy: disable-error-code="import-not-found, misc"
from __future__ import annotations

import json
import sys
import time

import numpy as np
from langchain_core.embeddings import Embeddings
from langchain_postgres import PGEngine, PGVectorStore
from langchain_postgres.v2.indexes import HNSWIndex, HNSWQueryOptions
from sqlalchemy import create_engine, text

TABLE = "langchain_photos"


class NoEmbeddings(Embeddings):
    """Questions come as vectors."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        raise NotImplementedError

    def embed_query(self, text: str) -> list[float]:
        raise NotImplementedError


def prepared(url: str, dimensions: int, embedder: str) -> PGVectorStore:
    """The store, its table filled and indexed unless a former run has done so.

    `url`: for psycopg, the driver that it wants.
    """
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        new = connection.scalar(text("select to_regclass(:table)"), {"table": TABLE}) is None
    engine = PGEngine.from_connection_string(url)
    if new:
        engine.init_vectorstore_table(TABLE, dimensions)
    store = PGVectorStore.create_sync(
        engine, NoEmbeddings(), TABLE, index_query_options=HNSWQueryOptions(ef_search=100)
    )
    if new:
        with admin.connect() as connection:
            connection.execute(
                text(
                    "insert into langchain_photos (langchain_id, content, embedding)"
                    " select gen_random_uuid(), image_id::text, vector::vector from text_vectors"
                    " where embedder = :embedder"
                ),
                {"embedder": embedder},
            )
        store.apply_vector_index(HNSWIndex())
        with admin.connect() as connection:
            connection.execute(text(f"vacuum analyze {TABLE}"))
    admin.dispose()
    return store


def main() -> None:
    url, questions, embedder, k = sys.argv[1:5]
    vectors = np.load(questions)
    store = prepared(url, vectors.shape[1], embedder)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        vector = vectors[int(line)].tolist()
        started = time.perf_counter()
        found = store.similarity_search_with_score_by_vector(vector, k=int(k))
        taken = 1e3 * (time.perf_counter() - started)
        print(json.dumps({"ms": taken, "ids": [int(document.page_content) for document, _ in found]}), flush=True)


if __name__ == "__main__":
    main()
