"""What holds for every test, here and in sandbox/tests; and `make prove`.

A test marked `proof` asks the fixture `proving` how much to do: little in every run, its claim at
full size in `make prove`. What passed there is remembered by commit in pytest's cache, so that a
second `make prove` runs only what is left.
"""

from __future__ import annotations

import functools
import re
import subprocess
from collections.abc import Iterable, Iterator
from typing import Any, Final

import pytest
from botocore.loaders import JSONFileLoader
from hypothesis import settings

# Machines are small and busy: how long one example takes is measured elsewhere.
settings.register_profile("mlpipe", deadline=None)
settings.load_profile("mlpipe")

WAY: Final = re.compile(r"(socket|http)-(sqlite|postgresql)(-doubled\w*)?")
"""As the ids of tests say in which way a scenario runs."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--prove", action="store_true", help="show every proof at full size")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--prove"):
        config.pluginmanager.register(Proofs(config))


@pytest.fixture(scope="session")
def proving(request: pytest.FixtureRequest) -> bool:
    """Whether this run is `make prove`."""
    return bool(request.config.getoption("--prove"))


@pytest.fixture(scope="session", autouse=True)
def services_described_once() -> Iterator[None]:
    """botocore parses a service's description, megabytes of JSON, for every session anew."""
    described = functools.cache(JSONFileLoader().load_file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", lambda _, path: described(path))
        yield


class Proofs:
    """One run of the proofs."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._commit = _commit()
        self._earlier: dict[str, float] = dict(config.cache.get(self._key, {}))
        self._passed = dict(self._earlier)
        self._left_out = 0

    @property
    def _key(self) -> str:
        return f"proofs/{self._commit}"

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the proofs that have not passed at this commit."""
        proofs = [item for item in items if item.get_closest_marker("proof")]
        left = [item for item in proofs if item.nodeid not in self._earlier]
        self._left_out = len(proofs) - len(left)
        self._config.hook.pytest_deselected(items=[item for item in items if item not in left])
        items[:] = left

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember what passed; a tree with changes has no commit to remember it by."""
        if report.when == "call" and report.passed:
            self._passed[report.nodeid] = round(report.duration, 1)
        elif report.failed:
            self._passed.pop(report.nodeid, None)
        if self._commit.isalnum():
            self._config.cache.set(self._key, self._passed)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Nothing left to show is no failure."""
        if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and self._left_out:
            session.exitstatus = pytest.ExitCode.OK

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """The lines for docs/proofs.md."""
        terminalreporter.section(f"proofs at {self._commit}")
        if self._left_out:
            terminalreporter.line(f"{self._left_out} had passed at this commit and were left out")
        for name, tests, seconds in _by_way(self._passed.items()):
            terminalreporter.line(f"{name}: {tests} passed in {seconds:.0f} s")


def _by_way(passed: Iterable[tuple[str, float]]) -> list[tuple[str, int, float]]:
    """Tests and seconds by file and, where a test runs in several ways, by way."""
    found: dict[str, list[float]] = {}
    for nodeid, seconds in passed:
        way = WAY.search(nodeid)
        found.setdefault(way[0] if way else nodeid.partition("::")[0], []).append(seconds)
    return [(name, len(each), sum(each)) for name, each in sorted(found.items())]


def _commit() -> str:
    """The commit that is checked out; `…-dirty` where it is not what is on disk."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--exclude=*"],
        capture_output=True,
        text=True,
        check=True,
    )
    return described.stdout.strip()
