"""Threads of tests that do something at the same time."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from roomlens.tenancy import acting_for, current_tenant


class threads(ThreadPoolExecutor):  # noqa: N801  # reads as what it gives
    """In a thread nobody acts for anyone: what these do is done for whoever its test acts for then."""

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        tenant = current_tenant()

        def acting() -> Any:
            with acting_for(tenant):
                return work(*arguments, **options)

        return super().submit(acting)
