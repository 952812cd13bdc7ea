"""Heavy packages, imported while a window is open that must not stand still.

Whoever holds Python's lock keeps all other threads waiting. Measured on two cores, from the start to the first take, a
plain import does so for 180 ms when the system loads libtorch and runs its constructors, and for up to 180 ms at a time
when the garbage collector looks through the million objects that modules are made of, which it does whenever their
number has grown by a quarter. So the libraries are loaded by a call that holds no lock (`ctypes` lets it go), before
the import finds them loaded; and the collector pauses, then leaves alone what it would never free. What is left are
the modules' own lines, between which Python changes threads as everywhere.
"""

import ctypes
import gc
import importlib
import os
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

# Only libraries that know nothing of Python: what they do while they are loaded must not need its lock. On Windows
# torch lets it go by itself, and MediaPipe's library is small.
_LIBRARIES = {"torch": "lib/libtorch", "mediapipe": "tasks/c/libmediapipe"}
_SUFFIX = ".dylib" if sys.platform == "darwin" else ".so"
_importing = threading.Lock()


def import_quietly(*modules: str) -> None:
    """Imports what `modules` name (with all that they import), without keeping other threads waiting.

    Raises ImportError.
    """
    if all(module in sys.modules for module in modules):
        return
    with _importing:
        was_on = gc.isenabled()
        gc.disable()
        try:
            for package, library in _LIBRARIES.items():
                if package not in sys.modules:
                    _load_unlocked(package, library)
            for module in modules:
                importlib.import_module(module)
        finally:
            gc.freeze()
            if was_on:
                gc.enable()


def _load_unlocked(package: str, library: str) -> None:
    """Loads a package's library; where that fails, its import will say why."""
    spec = find_spec(package)
    if os.name != "posix" or spec is None or spec.origin is None:
        return
    path = Path(spec.origin).parent / f"{library}{_SUFFIX}"
    dlopen = ctypes.CDLL(None).dlopen  # not CDLL(path), which keeps the lock
    dlopen.restype, dlopen.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
    dlopen(os.fsencode(path), os.RTLD_NOW)
