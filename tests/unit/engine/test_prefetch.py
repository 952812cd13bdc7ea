import threading

import pytest

from dimitra_studio.engine.prefetch import ahead


def test_keeps_the_order_and_works_in_another_thread():
    threads = set()

    def work(item):
        threads.add(threading.current_thread())
        return item * item

    assert list(ahead(work, range(20))) == [item * item for item in range(20)]
    assert threading.current_thread() not in threads


def test_goes_no_further_ahead_than_told():
    begun = []
    results = ahead(begun.append, range(100), depth=3)
    next(results)
    results.close()
    assert len(begun) <= 4


def test_nothing_in_nothing_out():
    assert list(ahead(str, [])) == []


def test_an_error_is_raised_in_its_place():
    results = ahead(lambda item: 1 // item, [2, 1, 0, 1])
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(ZeroDivisionError):
        next(results)
