"""What is left out of a build is what nothing else needs; what is made lighter can still be loaded."""

import ctypes
import importlib.util
import shutil
import struct
import sys
from pathlib import Path

import pytest
from trimming import is_loadable, without, without_symbols

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("strip") or not shutil.which("readelf"), reason="needs Linux, binutils"
)
QT = "PySide6/Qt"


def package(name):
    """The folder of an installed package."""
    return Path(importlib.util.find_spec(name).submodule_search_locations[0])


def entry(place):
    return place, str(package("PySide6").parent / place), "BINARY"


def test_what_is_left_out_takes_along_what_it_alone_needs():
    vnc, offscreen = (entry(f"{QT}/plugins/platforms/libq{name}.so") for name in ("vnc", "offscreen"))
    network, gui = (entry(f"{QT}/lib/libQt6{name}.so.6") for name in ("Network", "Gui"))
    links = [(Path(each[0]).name, each[0], "SYMLINK") for each in (network, gui)]
    kept = without([vnc, offscreen, network, gui, *links], [vnc[0]])
    assert kept == [offscreen, gui, links[1]]


def test_what_something_else_needs_stays():
    vnc, http = entry(f"{QT}/plugins/platforms/libqvnc.so"), entry("PySide6/QtNetwork.abi3.so")
    network = entry(f"{QT}/lib/libQt6Network.so.6")
    assert without([vnc, network, http], [f"{QT}/plugins/platforms"]) == [network, http]


def test_a_lighter_library_is_loaded_as_before(tmp_path):
    (library,) = package("kiwisolver").glob("_cext*.so")
    ((place, lighter, kind),) = without_symbols([("kiwisolver/_cext.so", str(library), "EXTENSION")], tmp_path)
    assert (place, kind, Path(lighter)) == ("kiwisolver/_cext.so", "EXTENSION", tmp_path / place)
    assert Path(lighter).stat().st_size < library.stat().st_size / 2
    assert ctypes.CDLL(lighter).PyInit__cext


def test_small_libraries_and_links_are_passed_on(tmp_path):
    small = tmp_path / "small.so"
    small.write_bytes(bytes(1000))
    entries = [("small.so", str(small), "BINARY"), ("link.so", "small.so", "SYMLINK")]
    assert list(without_symbols(entries, tmp_path / "out")) == entries


def test_a_library_that_would_not_load_stays_whole(tmp_path):
    """numpy's OpenBLAS, whose tables were moved when its wheel was made."""
    (library,) = (package("numpy").parent / "numpy.libs").glob("libscipy_openblas*")
    whole = ("numpy.libs/openblas.so", str(library), "BINARY")
    assert is_loadable(library)
    assert list(without_symbols([whole], tmp_path)) == [whole]
    assert not is_loadable(tmp_path / whole[0])
    with pytest.raises(OSError, match="aligned"):
        ctypes.CDLL(str(tmp_path / whole[0]))


def test_a_segment_out_of_its_page_is_seen(tmp_path):
    (library,) = package("kiwisolver").glob("_cext*.so")
    content = bytearray(library.read_bytes())
    (table,) = struct.unpack_from("<Q", content, 32)
    struct.pack_into("<Q", content, table + 16, 8)  # where the first one shall lie in memory
    (tmp_path / "moved.so").write_bytes(content)
    assert is_loadable(library)
    assert not is_loadable(tmp_path / "moved.so")
