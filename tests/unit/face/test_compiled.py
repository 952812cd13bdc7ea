import numba
import numpy as np
import pytest
from numba.core import caching

from dimitra_studio.face.compiled import compiled
from dimitra_studio.render.compiled import compiled as compiled_for_render


def doubled(x):
    return 2 * x


def inverse(x):
    return 1.0 / x


def inverse_again(x):  # the cache keeps one version of a function, whatever its error model
    return 1.0 / x


@pytest.fixture
def read_only(monkeypatch):
    """No folder takes a compiled function."""

    def refuse(_locator):
        raise OSError("read-only")

    for locator in caching.CacheImpl._locator_classes:
        monkeypatch.setattr(locator, "ensure_cache_path", refuse)
    with pytest.raises(RuntimeError, match="cannot cache"):
        numba.njit(cache=True)(doubled)


def test_without_a_folder_for_its_cache_it_compiles_anew(read_only):
    assert compiled()(doubled)(21) == 42
    assert compiled_for_render(doubled)(21) == 42


def test_the_renderer_divides_as_numpy_does():
    assert compiled_for_render(inverse)(0.0) == np.inf
    with pytest.raises(ZeroDivisionError):
        compiled()(inverse_again)(0.0)
