"""Heavy packages come without keeping other threads waiting."""

import gc
import json
import subprocess
import sys

import pytest

from dimitra_studio.engine.imports import import_quietly

# In a process of its own, since here all is imported already. Another thread counts, which it can only while nobody
# keeps Python's lock: what it counted while the library was loaded does not depend on how quick the machine is.
_MEASURE = """
import ctypes, gc, json, sys, threading, time
from dimitra_studio.engine import imports
sys.setswitchinterval(0.001)
count, done, loaded, full = 0, threading.Event(), {}, 0

def tick():
    global count
    while not done.is_set():
        time.sleep(0.001)
        count += 1

def watch(phase, info):
    global full
    full += phase == "start" and info["generation"] == 2

def load(package, library, load=imports._load_unlocked):
    before = count
    load(package, library)
    loaded[package] = count - before, package in sys.modules

imports._load_unlocked = load
gc.callbacks.append(watch)
thread = threading.Thread(target=tick)
thread.start()
imports.import_quietly("torch", "json")
done.set()
thread.join()
print(json.dumps({"loaded": loaded, "full": full, "frozen": gc.get_freeze_count(), "torch": "torch" in sys.modules}))
"""


def test_torch_comes_while_another_thread_works():
    command = [sys.executable, "-c", _MEASURE]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout)
    counted, imported_before = told["loaded"]["torch"]
    assert told["torch"]
    assert not imported_before
    if sys.platform != "win32":  # there torch itself does so
        assert counted > 10
    assert told["full"] == 0
    assert told["frozen"] > 100_000  # what modules are made of is looked through never more


def test_what_is_imported_already_costs_nothing():
    frozen = gc.get_freeze_count()
    import_quietly("gc", "json")
    assert gc.get_freeze_count() == frozen
    assert gc.isenabled()


def test_a_module_that_is_not_there_is_told_and_the_collector_goes_on():
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        import_quietly("no_such_module")
    assert gc.isenabled()
