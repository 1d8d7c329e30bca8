from __future__ import annotations

import threading
import warnings

import pytest
import torch

from aedemo import threads


def at_once(function, things):
    """The results of many threads that ask at the same moment."""
    results, start = {}, threading.Barrier(len(things))

    def ask(i, thing):
        start.wait()
        try:
            results[i] = function(thing)
        except ValueError as problem:
            results[i] = problem

    each = [threading.Thread(target=ask, args=pair) for pair in enumerate(things)]
    for one in each:
        one.start()
    for one in each:
        one.join()
    return [results[i] for i in range(len(things))]


def test_what_many_want_first_is_computed_once_and_little_is_kept():
    calls, open_door = [], threading.Event()

    @threads.once(2)
    def square(x):
        calls.append(x)
        open_door.wait(1)
        return x * x

    assert at_once(square, [3] * 8) == [9] * 8 and calls == [3]
    open_door.set()
    assert [square(x) for x in (4, 5, 3)] == [16, 25, 9] and calls == [3, 4, 5, 3], "the oldest of two made room"


def test_a_failure_is_not_kept():
    answers = iter([ValueError("no"), 1])

    @threads.once(1)
    def fickle():
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return found

    with pytest.raises(ValueError, match="no"):
        fickle()
    assert fickle() == 1


def test_those_who_wait_are_computed_together_and_each_gets_its_own():
    sizes, first = [], threading.Event()

    @threads.together(4)
    def halved(numbers, by=2):
        first.wait(0.2)
        sizes.append(len(numbers))
        if any(n < 0 for n in numbers):
            raise ValueError("negative")
        return [n / by for n in numbers]

    found = at_once(halved, [*range(9), -1])
    assert found[:9] == [n / 2 for n in range(9)] and isinstance(found[9], ValueError), "who is wrong fails alone"
    assert 1 < max(sizes) <= 4


def test_notices_reach_the_thread_that_listens_and_no_other():
    def heard(name):
        with threads.listening() as notices:
            for _ in range(20):
                threads.tell(name)
        return set(notices)

    assert at_once(heard, ["a", "b", "c"]) == [{"a"}, {"b"}, {"c"}]
    with warnings.catch_warnings(record=True) as raised:
        warnings.simplefilter("always")
        threads.tell("to nobody in particular")
    assert [str(w.message) for w in raised] == ["to nobody in particular"]


def test_chance_from_a_seed_is_the_same_in_every_thread():
    def drawn(seed):
        with threads.seeded(seed):
            return [float(torch.rand(1)) for _ in range(50)]

    alone = {seed: drawn(seed) for seed in (1, 2)}
    assert at_once(drawn, [1, 2] * 4) == [alone[1], alone[2]] * 4


def test_turns_are_had_in_the_order_in_which_they_were_asked_for():
    turns, order, inside = threads.Turns(), [], []

    def play(name):
        for _ in range(5):
            with turns.turn():
                inside.append(name)
                assert len(inside) == 1
                order.append(name)
                while len(turns.waiting) < 3 and order.count(name) == 1:  # until all have begun
                    pass
                inside.pop()

    each = [threading.Thread(target=play, args=(name,)) for name in "abc"]
    for one in each:
        one.start()
    for one in each:
        one.join()
    assert sorted(order) == sorted("abc" * 5) and all(len(set(order[i : i + 3])) == 3 for i in range(0, 15, 3)), order
