"""Works one step ahead of whoever takes the results, so that rendering and encoding share the cores."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

_A = TypeVar("_A")
_R = TypeVar("_R")


def ahead(work: Callable[[_A], _R], items: Iterable[_A], depth: int = 2) -> Iterator[_R]:
    """`work` of each item in order, done in one other thread, at most `depth` results before they are asked for.

    An error in `work` is raised where its result is asked for; closing the iterator waits for the item in work.
    """
    remaining = iter(items)
    results: deque[Future[_R]] = deque()
    with ThreadPoolExecutor(1, "prefetch") as worker:
        try:
            results.extend(worker.submit(work, item) for item in islice(remaining, depth))
            while results:
                result = results.popleft().result()
                results.extend(worker.submit(work, item) for item in islice(remaining, 1))
                yield result
        finally:
            worker.shutdown(cancel_futures=True)
