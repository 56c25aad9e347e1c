"""What all tables share: how they name their constraints, and how Python's types are stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Float, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from roomlens.dialects import Json, Timestamp
from roomlens.tenancy import current_tenant

NAMING_CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar = {
        datetime: Timestamp,
        dict[str, Any]: Json,
        list[Any]: Json,
        float: Float,
    }


class Owned:
    """A row that belongs to a tenant: to that for whom it is made. Nobody else sees it (roomlens.isolation)."""

    tenant_id: Mapped[str] = mapped_column(String(64), default=current_tenant, sort_order=1)
