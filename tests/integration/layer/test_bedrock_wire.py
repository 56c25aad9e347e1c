"""The whole way to a hosted model, through botocore's own HTTP, to a server of this machine in Bedrock's place."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest

from roomlens import bedrock
from roomlens.chat.backends import Asked, Scope
from roomlens.chat.bedrock import Inquiry
from roomlens.chat.tools import TOOLS
from roomlens.errors import InferenceTimeoutError, ModelBusyError
from roomlens.settings import forget_settings
from roomlens.text.bedrock import BedrockEmbedder
from tests.fakes import FakeEmbedder, generate_mock_embedding
from tests.fixtures.hosted import KITCHEN
from tests.unit.chat.test_bedrock import Shelf

VECTOR = generate_mock_embedding(1536, 1)
CONVERSE = {
    "output": {"message": {"role": "assistant", "content": [
        {"toolUse": {"toolUseId": "t1", "name": "record_photo", "input": KITCHEN}}
    ]}},
    "stopReason": "tool_use",
    "usage": {"inputTokens": 9, "outputTokens": 3, "totalTokens": 12},
    "metrics": {"latencyMs": 5},
}  # fmt: skip


class Server(ThreadingHTTPServer):
    """Answers each request with the next of `answers`, (status, headers, body); says nothing when there is none."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[tuple[int, dict[str, str], Any]] = []
        self.asked: list[tuple[str, Any]] = []
        self.done = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append((unquote(self.path), sent))
        if not self.server.answers:
            self.server.done.wait(30)
            return
        status, headers, body = self.server.answers.pop(0)
        raw = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", "content-length": str(len(raw)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("BEDROCK_VISION_SECONDS", "1")
        monkeypatch.setenv("BEDROCK_EMBEDDING_SECONDS", "1")
        _forget_clients()
        yield server
        server.done.set()
        server.shutdown()
    _forget_clients()


def _forget_clients() -> None:
    forget_settings()
    bedrock.vision_client.cache_clear()
    bedrock.embedding_client.cache_clear()
    bedrock.chat_client.cache_clear()


def test_a_look_goes_out_and_comes_back(server: Server, mock_embeddings: FakeEmbedder) -> None:
    from roomlens.vision.bedrock import BedrockPhotoAnalyzer

    titan = {"embedding": [0.5] * 384, "inputTextTokenCount": 0}
    server.answers = [(200, {}, CONVERSE), (200, {"x-amzn-bedrock-input-token-count": "5"}, titan)]
    found = BedrockPhotoAnalyzer().analyze(np.full((64, 96, 3), 128, np.uint8))
    assert found.room.label == "kitchen"
    assert [path for path, _ in server.asked] == [
        "/model/amazon.nova-lite-v1:0/converse",
        "/model/amazon.titan-embed-image-v1/invoke",
    ]
    assert server.asked[0][1]["toolConfig"]["toolChoice"] == {"tool": {"name": "record_photo"}}


def test_calls_of_tools_come_in_and_their_results_go_out(server: Server) -> None:
    def saying(name: str, arguments: Any) -> tuple[int, dict[str, str], Any]:
        call = {"toolUse": {"toolUseId": f"tooluse_{name}", "name": name, "input": arguments}}
        message = {"role": "assistant", "content": [{"text": "<thinking>Let me look.</thinking>\n"}, call]}
        return 200, {}, CONVERSE | {"output": {"message": message}}

    claim = {"text": "The kitchen has a dishwasher.", "image_ids": [1]}
    server.answers = [saying("search_photos", {"query": "dishwasher"}), saying("answer", {"sentences": [claim]})]
    shelf: Any = Shelf()
    assert Inquiry(shelf, Asked("Is there a dishwasher?", Scope(1)), lambda: 0.0).reply().image_ids == [1]
    (path, first), (_, second) = server.asked
    assert path == "/model/amazon.nova-lite-v1:0/converse"
    assert [tool["toolSpec"]["name"] for tool in first["toolConfig"]["tools"]] == [*TOOLS, "answer"]
    assert second["messages"][1]["content"][0] == {"text": "<thinking>Let me look.</thinking>\n"}
    shown = {"json": {"photos": [{"image_id": 1}, {"image_id": 2}]}}
    assert second["messages"][2] == {
        "role": "user",
        "content": [
            {"toolResult": {"toolUseId": "tooluse_search_photos", "content": [shown], "status": "success"}},
        ],
    }


def test_texts_go_out_and_come_back(server: Server) -> None:
    server.answers = [(200, {}, {"embeddings": {"float": [VECTOR.tolist()]}, "response_type": "embeddings_by_type"})]
    np.testing.assert_allclose(BedrockEmbedder().embed(["bed"])[0], VECTOR, atol=1e-6)
    assert server.asked[0][0] == "/model/cohere.embed-v4:0/invoke"


def test_a_look_that_is_not_answered_is_given_up_in_time_and_asked_once(server: Server) -> None:
    with pytest.raises(InferenceTimeoutError):
        bedrock.converse("some.model", messages=[{"role": "user", "content": [{"text": "Hello?"}]}])
    assert len(server.asked) == 1


def test_an_embedding_that_is_not_answered_is_given_up_in_time_and_asked_once(server: Server) -> None:
    with pytest.raises(InferenceTimeoutError):
        bedrock.invoke("some.model", {"inputText": "Hello?"})
    assert len(server.asked) == 1


def test_a_throttled_call_is_not_repeated_here(server: Server) -> None:
    throttled = (429, {"x-amzn-errortype": "ThrottlingException"}, {"message": "Too many requests."})
    server.answers = [throttled, throttled]
    with pytest.raises(ModelBusyError):
        bedrock.invoke("some.model", {"inputText": "bed"})
    assert len(server.asked) == 1


def test_a_model_that_nobody_answers_for_is_busy(server: Server) -> None:
    server.done.set()
    server.shutdown()
    server.server_close()
    with pytest.raises(ModelBusyError, match="can't be reached"):
        bedrock.invoke("some.model", {"inputText": "bed"})
