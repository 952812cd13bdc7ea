import numpy as np
import pytest

from dimitra_studio.core.arrays import runs


@pytest.mark.parametrize(
    ("mask", "ranges"),
    [("", ()), ("0", ()), ("1", ((0, 1),)), ("0110", ((1, 3),)), ("1101", ((0, 2), (3, 4))), ("111", ((0, 3),))],
)
def test_runs_are_where_it_is_true(mask, ranges):
    assert runs(np.array([letter == "1" for letter in mask], dtype=bool)) == ranges
