import numpy as np
import pytest

from dimitra_studio.face import morph
from dimitra_studio.face.components import COMPONENT_INDEX


@pytest.fixture(scope="module")
def coefficients():
    rng = np.random.default_rng(2)
    expression = rng.uniform(-0.1, 0.9, 64)
    # mouthClose undoes no more than the jaw is open: the fit's bound, and morph's.
    expression[[COMPONENT_INDEX["jawOpen"], COMPONENT_INDEX["mouthClose"]]] = 0.6, 0.2
    return rng.normal(0, 0.5, 80), expression


def test_landmarks_are_those_of_the_whole_head(head, shape, coefficients):
    """The reduced shape must say what `morph` says of all vertices, blinks included."""
    identity, expression = coefficients
    vertices = morph.deform(head, morph.neutral(head, identity), expression)
    expected = morph.landmark_points(head, vertices) - head.pivot
    x = np.concatenate([identity, expression]).astype(np.float32)
    assert np.abs(shape.points(x).T - expected).max() < 1e-4
    person = shape.of_person(identity)
    assert person.count == 64
    assert np.abs(person.points(expression.astype(np.float32)).T - expected).max() < 1e-4


def test_derivative(shape, coefficients):
    x = np.concatenate(coefficients).astype(np.float32)
    derivative = shape.basis.copy()
    shape.differentiate(x * 0.5, derivative)
    # Written over an older point's derivative, as a fit does.
    shape.differentiate(x, derivative)
    columns = [
        0,
        40,
        *(80 + COMPONENT_INDEX[name] for name in ("jawOpen", "eyeBlinkLeft", "eyeBlinkRight", "eyeWideLeft")),
    ]
    for column in columns:
        step = np.zeros(144, np.float32)
        step[column] = 0.05
        slope = (shape.points(x + step) - shape.points(x - step)) / 0.1
        assert np.abs(slope).max() > 1e-3
        assert np.abs(derivative[:, :, column] - slope).max() < 2e-4
