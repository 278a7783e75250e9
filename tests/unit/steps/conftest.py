"""A lake of visits, drawn by a seed, and an S3 and SageMaker on loopback."""

from __future__ import annotations

import datetime as dt
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import numpy as np
import polars as pl
import pytest
from moto.server import ThreadedMotoServer

from core.manifest import Manifest, parse_manifest

VISITS = """
name = "visits"
numeric = ["age", "price"]
categorical = ["shop"]
calendar = ["hour"]
slices = ["shop", "calendar_hour"]
key = ["id"]

[time]
column = "at"
zone = "UTC"

[label]
column = "bought"
"""


@pytest.fixture
def manifest() -> Manifest:
    """Visits to a few shops: did they buy?"""
    return parse_manifest(VISITS, "visits.toml")


@pytest.fixture
def manifest_file(tmp_path: Path) -> Path:
    """The same, as a file."""
    path = tmp_path / "visits.toml"
    path.write_text(VISITS, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def visits() -> Callable[..., pl.DataFrame]:
    """Rows of one day; the label follows age and shop."""

    def draw(day: dt.date, rows: int = 400) -> pl.DataFrame:
        random = np.random.default_rng(day.toordinal())
        age = random.uniform(18, 80, rows)
        shop = random.choice(["north", "south", "west"], rows)
        odds = (age - 50) / 12 + np.where(shop == "north", 1.0, -0.5)
        minutes = np.sort(random.integers(0, 24 * 60, rows))
        midnight = dt.datetime.combine(day, dt.time(), dt.UTC)
        return pl.DataFrame(
            {
                "id": [f"{day}-{number}" for number in range(rows)],
                "at": [midnight + dt.timedelta(minutes=int(m)) for m in minutes],
                "age": age,
                "price": random.uniform(1, 9, rows),
                "shop": shop,
                "bought": random.random(rows) < 1 / (1 + np.exp(-odds)),
            }
        )

    return draw


@pytest.fixture
def lake(tmp_path: Path, visits: Callable[..., pl.DataFrame]) -> Path:
    """Twelve days of visits on disk, 2024-03-01 to 2024-03-12."""
    root = tmp_path / "lake"
    for number in range(12):
        day = dt.date(2024, 3, 1) + dt.timedelta(days=number)
        folder = root / f"day={day}"
        folder.mkdir(parents=True)
        visits(day).write_parquet(folder / "part-0.parquet")
    return root


@pytest.fixture(scope="session")
def aws_server() -> Iterator[str]:
    """Address of a moto server for the whole session."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host if host != '0.0.0.0' else '127.0.0.1'}:{port}"  # noqa: S104 - compared, not bound
    server.stop()


@pytest.fixture
def aws(aws_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty account, reached as a job reaches it: by environment variables alone."""
    settings = {
        "AWS_ENDPOINT_URL": aws_server,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "NO_PROXY": "127.0.0.1,localhost",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    boto3.setup_default_session()
    _reset(aws_server)
    yield aws_server
    boto3.setup_default_session()


def _reset(server: str) -> None:
    request = urllib.request.Request(f"{server}/moto-api/reset", method="POST")  # noqa: S310 - loopback
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=10):
        pass
