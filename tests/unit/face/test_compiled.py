import numba
import pytest
from numba.core import caching

from dimitra_studio.face.compiled import compiled


def doubled(x):
    return 2 * x


def test_without_a_folder_for_its_cache_it_compiles_anew(monkeypatch):
    def refuse(_locator):
        raise OSError("read-only")

    for locator in caching.CacheImpl._locator_classes:
        monkeypatch.setattr(locator, "ensure_cache_path", refuse)
    with pytest.raises(RuntimeError, match="cannot cache"):
        numba.njit(cache=True)(doubled)
    assert compiled()(doubled)(21) == 42
