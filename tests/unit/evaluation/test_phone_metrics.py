import numpy as np
import pytest

from dimitra_studio.core.speech import Phoneme
from dimitra_studio.evaluation.evidence import estimate, quotient, separation
from dimitra_studio.evaluation.phone_metrics import (
    closed_bilabials,
    closed_others,
    least_gaps,
    tight_bilabials,
    tight_others,
)

from .conftest import motion

PHONES = tuple(
    phone
    for second in range(4)
    for phone in (Phoneme(second + 0.2, second + 0.4, "AA"), Phoneme(second + 0.6, second + 0.72, "P"))
)


def _gap(closed: float) -> np.ndarray:
    """Open by 0.2, but for a frame at 0.64 s of each second."""
    gap = np.full(100, 0.2, np.float32)
    gap[16::25] = closed
    return gap


def _value(metric, pool, one) -> float:
    return estimate([metric(one)], pool).value


def test_closures_are_counted_where_they_belong(pair) -> None:
    one = pair(_gap(0.01), _gap(0.01), PHONES)
    assert _value(closed_bilabials, quotient, one) == 1
    assert _value(closed_others, quotient, one) == 0
    assert _value(least_gaps, separation, one) == 1


def test_two_thresholds(pair) -> None:
    one = pair(_gap(0.025), _gap(0.01), PHONES)
    assert _value(closed_bilabials, quotient, one) == 1
    assert _value(tight_bilabials, quotient, one) == 0
    assert _value(tight_others, quotient, one) == 0


def test_a_closed_mouth_closes_and_tells_nothing(pair) -> None:
    one = pair(np.zeros(100, np.float32), _gap(0.01), PHONES)
    assert _value(closed_bilabials, quotient, one) == 1
    assert _value(closed_others, quotient, one) == 1
    assert _value(least_gaps, separation, one) == 0.5


def test_a_frame_of_error_is_forgiven_two_are_not(pair) -> None:
    # The phone covers frames 15 to 17, so that 14 to 18 may close.
    assert _value(closed_bilabials, quotient, pair(np.roll(_gap(0.01), -2), _gap(0.01), PHONES)) == 1
    assert _value(closed_bilabials, quotient, pair(np.roll(_gap(0.01), 2), _gap(0.01), PHONES)) == 1
    assert _value(closed_bilabials, quotient, pair(np.roll(_gap(0.01), 3), _gap(0.01), PHONES)) == 0


def test_phones_that_were_not_seen_do_not_count(pair) -> None:
    truth = _gap(0.01)
    truth[66] = np.nan
    found = _gap(0.2)
    one = pair(found, truth, PHONES)
    assert len(least_gaps(one).values) == 7
    assert len(least_gaps(pair(found, truth, (*PHONES, Phoneme(9.0, 9.2, "M")))).values) == 7


def test_noise_and_silence_are_no_phones(pair) -> None:
    phones = (Phoneme(0.0, 1.0, "SIL"), Phoneme(1.0, 2.0, "NSN"))
    assert np.size(least_gaps(pair(_gap(0.0), _gap(0.0), phones)).values) == 0
    assert estimate([closed_others(pair(_gap(0.0), _gap(0.0), phones))], quotient).clips == 0


def test_the_gap_is_the_rendered_one(pair) -> None:
    """mouthClose beyond an open jaw does nothing, so it closes nothing."""
    pressed = motion(100, jawOpen=0.2, mouthClose=5.0)
    assert pair(pressed, pressed).found.gap == pytest.approx(0.2)
