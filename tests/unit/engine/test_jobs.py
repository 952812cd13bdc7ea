"""The queue as the window sees it: what waits, in which order, and what it is told."""

import threading

import pytest

from dimitra_studio.engine.events import Cancelled, Finished, Moved, Outbox, Queued, Started
from dimitra_studio.engine.jobs import JobQueue, JobRequest, JobState, Priority


def request(title="job", priority=Priority.TAKE, slot="", interrupts=False):
    return JobRequest(title, "test", lambda loader: iter(()), priority, slot, interrupts)


@pytest.fixture
def told():
    return []


@pytest.fixture
def queue(told):
    return JobQueue(told.append)


def titles(queue):
    return [job.request.title for job in queue.jobs()]


def test_jobs_run_by_urgency_then_in_the_order_they_came(queue):
    for title, priority in [("e1", 2), ("t1", 1), ("e2", 2), ("p1", 0), ("t2", 1)]:
        queue.submit(request(title, Priority(priority)))
    assert titles(queue) == ["p1", "t1", "t2", "e1", "e2"]
    taken = []
    while (job := queue.take()) is not None:
        taken.append(job.request.title)
        queue.end(Finished(job.id, None))
    assert taken == ["p1", "t1", "t2", "e1", "e2"]


def test_the_users_order_stays(queue, told):
    take, export = queue.submit(request("take")), queue.submit(request("export", Priority.EXPORT))
    assert queue.move(export, 0)
    assert told[-1] == Moved(export)
    queue.submit(request("later"))
    queue.submit(request("preview", Priority.PREVIEW))
    assert titles(queue) == ["preview", "export", "take", "later"]
    assert not queue.move(999, 0)
    queue.cancel(take)
    assert not queue.move(take, 0)


def test_what_the_user_puts_first_is_not_interrupted_by_what_waits_behind_it(queue):
    queue.submit(request("take"))
    export = queue.submit(request("export", Priority.EXPORT))
    queue.move(export, 0)
    assert queue.take().id == export
    assert queue.take() is None
    queue.submit(request("preview", Priority.PREVIEW))
    assert queue.take().request.title == "preview"


def test_what_the_user_puts_back_waits_for_what_is_before_it(queue):
    take = queue.submit(request("take"))
    queue.submit(request("export", Priority.EXPORT))
    queue.submit(request("other export", Priority.EXPORT))
    queue.move(take, 1)
    assert titles(queue) == ["export", "take", "other export"]
    assert queue.take().request.title == "export"
    assert queue.take() is None
    queue.submit(request("urgent take"))
    assert titles(queue) == ["export", "urgent take", "take", "other export"]
    assert queue.take().request.title == "urgent take"


@pytest.mark.parametrize(("place", "order"), [(-5, "pcab"), (99, "pabc"), (2, "pacb")])
def test_places_beyond_the_ends_are_the_ends_and_previews_stay_first(queue, place, order):
    for title in "abc":
        last = queue.submit(request(title))
    queue.submit(request("p", Priority.PREVIEW))
    queue.move(last, place)
    assert "".join(titles(queue)) == order


def test_only_what_is_more_urgent_is_taken_beside_a_running_job(queue):
    export = queue.submit(request("export", Priority.EXPORT))
    assert queue.take().id == export
    queue.submit(request("other export", Priority.EXPORT))
    assert queue.take() is None
    take = queue.submit(request("take"))
    assert queue.take().id == take
    assert [(job.request.title, job.state) for job in queue.jobs()] == [
        ("take", JobState.RUNNING), ("export", JobState.PAUSED), ("other export", JobState.WAITING),
    ]  # fmt: skip
    queue.end(Finished(take, None))
    assert queue.jobs()[0].state is JobState.RUNNING


def test_of_a_slot_only_the_latest_waits(queue, told):
    first, other = queue.submit(request(slot="frame")), queue.submit(request(slot="thumbnail"))
    second = queue.submit(request(slot="frame"))
    assert [job.id for job in queue.jobs()] == [other, second]
    assert told == [Queued(first), Queued(other), Cancelled(first), Queued(second)]


@pytest.mark.parametrize("interrupts", [False, True])
def test_a_newer_request_stops_the_running_one_only_where_it_says_so(queue, interrupts):
    running = queue.submit(request(slot="frame"))
    queue.take()
    queue.submit(request(slot="frame", interrupts=interrupts))
    assert queue.is_condemned(running) == interrupts


def test_cancel_removes_a_waiting_job_and_condemns_a_running_one(queue, told):
    running, waiting = queue.submit(request()), queue.submit(request())
    queue.take()
    assert queue.cancel(waiting)
    assert told[-1] == Cancelled(waiting)
    assert queue.cancel(running)
    assert queue.is_condemned(running)
    assert not queue.cancel(waiting)
    queue.end(Cancelled(running))
    assert not queue.cancel(running)
    assert not queue.is_condemned(running)
    assert queue.jobs() == ()


def test_a_closed_queue_takes_nothing_and_wakes_its_worker(queue, told):
    waiting = queue.submit(request())
    queue.close()
    assert queue.closed
    assert told[-1] == Cancelled(waiting)
    queue.wait()
    with pytest.raises(RuntimeError, match="closed"):
        queue.submit(request())


def test_the_listener_may_call_back_and_still_hears_everything_in_order():
    """It is called without the lock, else this would never end."""
    told = []

    def listen(event):
        told.append(event)
        if event == Queued(1):
            queue.cancel(queue.submit(request("from the listener")))

    queue = JobQueue(listen)
    queue.submit(request())
    assert told == [Queued(1), Queued(2), Cancelled(2)]


def test_a_listener_that_fails_hurts_nobody(caplog):
    def listen(event):
        raise ValueError("no")

    queue = JobQueue(listen)
    queue.submit(request())
    assert len(queue.jobs()) == 1
    assert "Queued" in caplog.text


def test_events_of_many_threads_arrive_one_by_one_and_each_jobs_in_order(told):
    inside = []

    def listen(event):
        inside.append(event)
        assert len(inside) == 1
        told.append(event)
        inside.pop()

    queue = JobQueue(listen)

    def use():
        for _ in range(50):
            queue.cancel(queue.submit(request()))

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 400
    place = {event: index for index, event in enumerate(told)}
    assert all(place[Queued(job)] < place[Cancelled(job)] for job in range(1, 201))


def test_an_event_put_while_another_is_told_is_told_after_it():
    outbox, told = None, []

    def listen(event):
        told.append(event)
        if event == Started(1):
            outbox.put(Started(2))
            outbox.deliver()
            assert told == [Started(1)]

    outbox = Outbox(listen)
    outbox.put(Started(1))
    outbox.deliver()
    assert told == [Started(1), Started(2)]
