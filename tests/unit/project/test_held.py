from dataclasses import dataclass

import numpy as np

from dimitra_studio.project.held import bytes_only_in


@dataclass(frozen=True)
class Box:
    inside: object
    label: str = ""


def test_shared_arrays_cost_nothing_and_own_ones_are_counted_once():
    shared, own = np.zeros(1000), np.zeros(500)
    one, other = Box((shared, own, {"again": own})), Box((shared,))
    assert 4000 <= bytes_only_in(one, other) < 5500
    assert bytes_only_in(other, one) < 500
    assert bytes_only_in(one, one) == 0


def test_what_is_held_elsewhere_in_the_other_is_shared_too():
    array = np.zeros(1000)
    assert bytes_only_in(Box(array), Box(((("deep", (array,)),),))) < 500


def test_texts_count():
    text = "x" * 10_000
    assert bytes_only_in(Box(1, text), Box(1)) >= 10_000
