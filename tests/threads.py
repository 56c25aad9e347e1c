"""Threads of tests that do something at the same time."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from rig.template_source import LOCAL_TENANT
from roomlens.tenancy import acting_for


class threads(ThreadPoolExecutor):  # noqa: N801  # reads as what it gives
    """In a thread nobody acts for anyone: what these do is done for whom tests act for."""

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        def acting() -> Any:
            with acting_for(LOCAL_TENANT):
                return work(*arguments, **options)

        return super().submit(acting)
