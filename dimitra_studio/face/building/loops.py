"""Edge loops of a quad mesh: the rings that a modeller laid around the mouth and the eyes."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

_REGULAR = 4
_LONGEST = 400


class EdgeLoops:
    """Walks straight over a mesh of `quads` [n, 4]: at a vertex of four quads, by the edge opposite to the last."""

    def __init__(self, quads: NDArray[np.int32]) -> None:
        self._quads = quads.tolist()
        self._at: dict[int, list[int]] = defaultdict(list)
        self._neighbours: dict[int, set[int]] = defaultdict(set)
        for index, quad in enumerate(self._quads):
            for k, vertex in enumerate(quad):
                after = quad[(k + 1) % 4]
                self._at[vertex].append(index)
                self._neighbours[vertex].add(after)
                self._neighbours[after].add(vertex)

    def neighbours(self, vertex: int) -> set[int]:
        """The vertices that share an edge with `vertex`."""
        return self._neighbours[vertex]

    def walk(self, start: int, towards: int) -> Iterator[int]:
        """The vertices from `start` by way of its neighbour `towards` to a pole, a border or `start` again."""
        before, here = start, towards
        yield start
        for _ in range(_LONGEST):
            yield here
            ahead = self._opposite(here, before)
            if ahead is None or here == start:
                return
            before, here = here, ahead

    def rings(self, length: int) -> list[tuple[int, ...]]:
        """All closed loops of so many vertices, each once, in order along the loop."""
        found: list[tuple[int, ...]] = []
        walked: set[tuple[int, int]] = set()
        for start, neighbours in self._neighbours.items():
            for towards in neighbours:
                if (start, towards) in walked:
                    continue
                path = tuple(self.walk(start, towards))
                # An edge lies on one loop only, walked either way.
                walked.update(pairwise(path))
                walked.update(pairwise(reversed(path)))
                if len(path) == length + 1 and path[0] == path[-1]:
                    found.append(path[:-1])
        return found

    def _opposite(self, vertex: int, came_from: int) -> int | None:
        around = self._neighbours[vertex]
        if len(around) != _REGULAR or len(self._at[vertex]) != _REGULAR:
            return None
        beside = {
            corner for index in self._at[vertex] if came_from in self._quads[index] for corner in self._quads[index]
        }
        ahead = around - beside
        return ahead.pop() if len(ahead) == 1 else None
