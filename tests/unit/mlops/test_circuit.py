from __future__ import annotations

from mlops.circuit import FAILURES, REST_SECONDS, Circuit


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def opened(time: Time) -> Circuit:
    circuit = Circuit(monotonic=time)
    for _ in range(FAILURES):
        circuit.failed()
    return circuit


def test_a_few_failures_leave_the_circuit_closed() -> None:
    circuit = Circuit(monotonic=Time())
    for _ in range(FAILURES - 1):
        circuit.failed()
    assert circuit.closed()


def test_failures_in_a_row_open_it() -> None:
    assert not opened(Time()).closed()


def test_an_answer_between_failures_starts_the_count_anew() -> None:
    circuit = Circuit(monotonic=Time())
    for _ in range(FAILURES - 1):
        circuit.failed()
    circuit.worked()
    circuit.failed()
    assert circuit.closed()


def test_after_a_rest_one_caller_tries_and_the_others_wait_for_it() -> None:
    time = Time()
    circuit = opened(time)
    time.now += REST_SECONDS
    assert circuit.closed()
    assert not circuit.closed()


def test_a_trial_that_works_closes_it() -> None:
    time = Time()
    circuit = opened(time)
    time.now += REST_SECONDS
    assert circuit.closed()
    circuit.worked()
    assert circuit.closed()
    assert circuit.closed()


def test_a_trial_that_fails_keeps_it_open_for_another_rest() -> None:
    time = Time()
    circuit = opened(time)
    time.now += REST_SECONDS
    assert circuit.closed()
    circuit.failed()
    time.now += REST_SECONDS / 2
    assert not circuit.closed()
