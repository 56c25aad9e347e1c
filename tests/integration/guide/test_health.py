"""Health over HTTP."""

from fastapi import status
from sqlalchemy import event
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from roomlens import __version__


def test_health_check(client: TestClient) -> None:
    """The service says that it is up, and which version it is."""
    response = client.get("/api/health")
    assert response.status_code == status.HTTP_200_OK
    assert response.json() == {"status": "healthy", "version": __version__}


def test_health_check_without_database(client: TestClient, db: Session) -> None:
    """Health asks nothing of the database, so that a slow one does not make the service look dead."""
    statements: list[str] = []
    event.listen(db.get_bind(), "before_cursor_execute", lambda *args: statements.append(args[2]))
    client.get("/api/health")
    assert statements == []
    client.get("/api/listings")
    assert statements != [], "this test would not see a statement"
