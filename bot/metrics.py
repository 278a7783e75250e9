"""What the bot tells Prometheus. Names and labels are listed in docs/operations.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

AT_ONCE: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0)
"""After three seconds Slack shows people an error."""
SECONDS: Final = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """Everything that is counted, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.interactions = Counter(
            "mlpipe_interactions",
            "Commands, clicks and submissions by how they ended.",
            ["what", "outcome"],
            registry=self.registry,
        )
        self.worked = Histogram(
            "mlpipe_work_seconds",
            "From a delivery's acknowledgement to the end of its work.",
            ["what"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.acknowledged = Histogram(
            "mlpipe_acknowledgement_seconds",
            "From a delivery's arrival to its acknowledgement.",
            buckets=AT_ONCE,
            registry=self.registry,
        )
        self.reports = Counter(
            "mlpipe_reports",
            "Morning reports by what became of them.",
            ["pipeline", "environment", "outcome"],
            registry=self.registry,
        )
        self.slack_calls = Counter(
            "mlpipe_slack_calls",
            "Calls of Slack's Web API by how they ended.",
            ["method", "outcome"],
            registry=self.registry,
        )
        self.aws_calls = Counter(
            "mlpipe_aws_calls",
            "Calls of AWS by how they ended.",
            ["environment", "operation", "outcome"],
            registry=self.registry,
        )
        self.circuit_open = Gauge(
            "mlpipe_aws_circuit_open",
            "1 while AWS is not asked, because it did not answer before; else 0.",
            ["environment"],
            registry=self.registry,
        )
        self.calls_waiting = Gauge(
            "mlpipe_aws_calls_waiting",
            "Calls to SageMaker that wait for their turn in the environment's budget.",
            ["environment"],
            registry=self.registry,
        )
        self.replaced = Counter(
            "mlpipe_slack_connections_replaced",
            "Socket Mode connections that had gone deaf.",
            registry=self.registry,
        )

    def report(self, pipeline: str, environment: str, outcome: str) -> None:
        """One more daily message, by what became of it."""
        self.reports.labels(pipeline, environment, outcome).inc()

    def watch(self, name: str, help_text: str, value: Callable[[], float]) -> None:
        """A gauge that asks for its value when Prometheus does."""
        Gauge(name, help_text, registry=self.registry).set_function(value)

    def text(self) -> bytes:
        """In Prometheus' text format."""
        return generate_latest(self.registry)
