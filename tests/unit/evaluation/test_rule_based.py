from dataclasses import replace

import numpy as np
import pytest

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.speech import Phoneme
from dimitra_studio.evaluation import rule_based
from dimitra_studio.evaluation.rule_based import components_of, rule_curves, ruled
from dimitra_studio.face.components import ARKIT_REST, ARTICULATORS, ASYMMETRIES, COMPONENT_INDEX

from .conftest import talking_clip

MAMA = tuple(
    Phoneme(start, end, symbol)
    for symbol, start, end in (
        ("SIL", 0, 0.4), ("M", 0.4, 0.52), ("AA", 0.52, 0.9), ("M", 0.9, 1.02), ("AA", 1.02, 1.5), ("SIL", 1.5, 2),
    )
)  # fmt: skip


def test_the_jaw_opens_on_vowels_and_lips_press_on_m() -> None:
    curves = rule_curves(MAMA, 50)
    vowel, closure = round(0.71 * 25), round(0.96 * 25)
    assert curves["jawOpen"][vowel] > 0.4 > 3 * curves["jawOpen"][closure]
    assert curves["mouthPressLeft"][closure] > 0.3
    assert set(curves) <= {*ARKIT_REST, *(part for parts in ARTICULATORS.values() for part in parts)}


def test_every_closure_is_seen_at_our_frame_rate() -> None:
    """Phones of a frame and less, anywhere between frames."""
    for start in np.linspace(0.5, 0.54, 9):
        phones = (Phoneme(0, start, "AA"), Phoneme(start, start + 0.03, "P"), Phoneme(start + 0.03, 1.2, "AA"))
        press = rule_curves(phones, 30)["mouthPressLeft"]
        assert press.max() > 0.4
        assert abs((press.argmax() + 0.5) / 25 - start - 0.015) <= 0.021


def test_pairs_become_their_mean_and_skew() -> None:
    one, other = np.array([0.4, 0.2]), np.array([0.2, 0.2])
    found = components_of({"mouthPressLeft": one, "mouthPressRight": other, "jawOpen": one, "mouthSmileLeft": other})
    np.testing.assert_allclose(found["mouthPress"], [0.3, 0.2])
    np.testing.assert_allclose(found["mouthPressAsym"], [0.1, 0.0])
    # Articulator and skew give the two sides back.
    left, right = ASYMMETRIES["mouthPressAsym"]
    assert (left, right) == ("mouthPressLeft", "mouthPressRight")
    np.testing.assert_allclose(found["mouthPress"] + found["mouthPressAsym"], one)
    np.testing.assert_allclose(found["jawOpen"], one)
    np.testing.assert_allclose(found["mouthSmileLeft"], other)


def test_its_mouth_is_its_own_and_the_rest_the_clips() -> None:
    clip = talking_clip("a", 1)
    (values,) = ruled(clip)
    first = clip.motion.values[0]
    unwritten = [COMPONENT_INDEX[name] for name in ("jawForward", "mouthLeft", "mh_mouth-parling")]
    assert np.abs(values[:, unwritten]).max() == 0
    brow = COMPONENT_INDEX["browInnerUp"]
    np.testing.assert_array_equal(values[:, brow], first[brow])
    assert np.ptp(values[:, COMPONENT_INDEX["jawOpen"]]) > 0.1


def test_without_phones_there_is_no_row() -> None:
    clip = talking_clip("a", 1)
    assert ruled(replace(clip, speech=replace(clip.speech, phonemes=()))) == []


def test_without_the_package_it_says_how_to_get_it(monkeypatch) -> None:
    monkeypatch.setattr(rule_based, "find_spec", lambda name: None)
    with pytest.raises(InputError, match="not installed") as caught:
        rule_curves(MAMA, 50)
    assert "peers" in caught.value.hint
