"""How much each tenant has used of what it may ask for."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from roomlens.models.base import Base


class RateLimit(Base):
    """One kind of call of one tenant, as `roomlens.rates` counts it. There are no more rows than tenants times kinds,
    so nothing has to be forgotten."""

    __tablename__ = "rate_limits"

    tenant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    # when all that was taken is given back, in seconds since 1970: a moment in the past when nothing is owed
    spent_until: Mapped[float]
    # what the last call was told to wait, in seconds; 0 when it was let in
    wait_seconds: Mapped[float]
