"""Two replicas follow the same runs, and one of them dies: each run has one card all the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scenario.replicas import Replicas
from tests.scenario.stage import PATIENCE_SECONDS, Stage
from tests.scenario.test_follow import EXPERIMENTS, start_elsewhere

pytestmark = pytest.mark.only(transport="socket", database="postgresql", doubled=None)

RUNS = 4
FOLLOWS = '[[follows]]\nchannel = "C0EXP"\nenvironment = "experiment"\n\n[roles]'


@pytest.fixture
def replicas(stage: Stage) -> Iterator[Replicas]:
    """One that has set up the database, and a second one."""
    stage.configure(changes={"[roles]": FOLLOWS})
    replicas = Replicas(stage)
    replicas.start()
    replicas.wait_until_connected()
    replicas.start()
    replicas.wait_until_connected()
    yield replicas
    replicas.stop()


def test_a_run_has_one_card_though_a_replica_that_follows_dies(
    stage: Stage, replicas: Replicas
) -> None:
    def cards(text: str) -> bool | None:
        shown = [str(each) for each in stage.person("U0DANA").messages(EXPERIMENTS)]
        return sum(text in each for each in shown) == RUNS or None

    stage.pipeline.hold()
    runs = [start_elsewhere(stage) for _ in range(RUNS)]
    stage.shown("Running Prepare", EXPERIMENTS)
    replicas.kill(replicas.running[0])
    stage.outlast_leases()
    stage.pipeline.release()
    stage.slack.wait_for(lambda: cards("AUC 0.810"), timeout=2 * PATIENCE_SECONDS)
    posted = replicas.posted()
    assert len(posted) == len(runs)
    assert set(posted.values()) == {1}
