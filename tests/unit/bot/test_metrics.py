from __future__ import annotations

import re

import pytest
from prometheus_client import Metric
from prometheus_client.core import REGISTRY

from bot.metrics import Metrics
from mlops.circuit import FAILURES, Circuit


def every_metric() -> list[Metric]:
    return list(Metrics().registry.collect())


def test_prometheus_own_registry_is_left_alone() -> None:
    before = [metric.name for metric in REGISTRY.collect()]
    Metrics()
    assert [metric.name for metric in REGISTRY.collect()] == before


@pytest.mark.parametrize("metric", every_metric(), ids=lambda metric: metric.name)
def test_names_follow_prometheus_conventions(metric: Metric) -> None:
    """https://prometheus.io/docs/practices/naming: prefix, base unit, `_total` on counters only."""
    assert re.fullmatch(r"mlpipe(_[a-z]+)+", metric.name)
    assert metric.documentation.endswith(".")
    assert not metric.name.endswith(("_total", "_ms", "_milliseconds", "_minutes"))
    assert metric.type != "histogram" or metric.name.endswith("_seconds")


def test_a_circuit_says_that_it_is_open_without_being_asked_for_a_call() -> None:
    now = 0.0
    circuit = Circuit(monotonic=lambda: now)
    for _ in range(FAILURES):
        assert not circuit.is_open
        circuit.failed()
    assert circuit.is_open
    now = 3600.0
    assert circuit.is_open
    assert circuit.closed(), "the one trial was not used up by asking"
    circuit.worked()
    assert not circuit.is_open
