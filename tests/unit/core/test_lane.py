"""What cannot be stopped is waited for in steps, given up at any of them, and never done twice at once."""

import threading

import pytest

from dimitra_studio.core.events import Progress, finish
from dimitra_studio.core.lane import Lane, lanes_last

BEAT = Progress("work", 1, 3)


@pytest.fixture
def lane():
    lane = Lane()
    yield lane
    lane.close()


@pytest.fixture
def gate():
    """Opens in the end in any case, so that no test waits for ever."""
    gate = threading.Event()
    yield gate
    gate.set()


def test_a_call_gives_its_result_on_another_thread(lane):
    assert finish(lane.call(threading.get_ident, BEAT)) != threading.get_ident()


def test_what_it_raises_is_raised(lane):
    with pytest.raises(ZeroDivisionError):
        finish(lane.call(lambda: 1 // 0, BEAT))


def test_while_it_lasts_the_job_can_do_other_things(lane, gate):
    job = lane.call(gate.wait, BEAT)
    assert [next(job) for _ in range(3)] == [BEAT] * 3
    gate.set()
    assert finish(job) is True


def test_a_call_that_is_given_up_ends_before_the_next_begins(lane, gate):
    order = []
    begun = threading.Event()

    def long():
        begun.set()
        gate.wait()
        order.append("first")

    job = lane.call(long, BEAT)
    next(job)
    assert begun.wait(10)
    job.close()  # at once: the call goes on
    assert not order
    other = lane.call(lambda: order.append("second"), BEAT)
    next(other)
    assert not order
    gate.set()
    finish(other)
    assert order == ["first", "second"]


def test_a_call_that_is_given_up_before_it_begins_is_never_made(lane, gate):
    made = []
    first, second = lane.call(gate.wait, BEAT), lane.call(lambda: made.append(1), BEAT)
    next(first)
    next(second)
    second.close()
    gate.set()
    finish(first)
    finish(lane.call(int, BEAT))
    assert not made


def test_closing_waits_for_no_call_and_the_last_one_is_made_behind_it(gate):
    lane, order, done = Lane(), [], threading.Event()
    job = lane.call(lambda: (gate.wait(), order.append("call")), BEAT)
    next(job)
    job.close()
    lane.close(lambda: (order.append("last"), done.set()))
    assert not order
    assert lanes_last(0.01)
    gate.set()
    assert done.wait(10)
    assert not lanes_last(10)
    assert order == ["call", "last"]


def test_what_comes_last_is_made_at_once_where_nothing_goes_on():
    """A library that is let go by a thread which the interpreter's end overtakes complains."""
    lane, made = Lane(), []
    finish(lane.call(lambda: 1, Progress("test", 0, 1)))
    lane.close(lambda: made.append(threading.current_thread()))
    assert made == [threading.current_thread()]


def test_the_last_call_waits_for_one_that_goes_on_although_a_later_one_was_given_up(gate):
    lane, order, done = Lane(), [], threading.Event()
    first = lane.call(lambda: (gate.wait(), order.append("call")), BEAT)
    next(first)
    second = lane.call(int, BEAT)
    next(second)
    second.close()  # never made
    first.close()  # goes on
    lane.close(lambda: (order.append("last"), done.set()))
    assert not order
    gate.set()
    assert done.wait(10)
    assert order == ["call", "last"]
