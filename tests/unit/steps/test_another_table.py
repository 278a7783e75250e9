"""The pipelines know no table: a click log of another shape, by its manifest alone."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from core.results import FACTS, RUN, DayFacts, Run
from deploy.pipeline.steps import evaluate, prepare, train
from deploy.pipeline.steps.resolved import VERSIONS, Resolved

DAY = dt.date(2025, 11, 20)
CLICKS = """
name = "clicks"
numeric = ["bid_yen", "position"]
categorical = ["campaign", "device"]
calendar = ["hour", "weekday"]
slices = ["campaign", "country"]
key = ["impression"]

[time]
column = "ts"
format = "milliseconds"
day_zone = "Asia/Tokyo"
partition_zone = "UTC"

[label]
column = "event"
equals = "click"
positive = "click"

[csv]
separator = ";"
missing = ["", "-"]
"""
WEIGHT_COLUMN = '[weight]\ncolumn = "imp_weight"\n'
KEPT_NEGATIVES = "[weight]\nnegatives_kept = 0.25\n"


def write_clicks(root: Path) -> pl.DataFrame:
    """Eleven days of UTC in two files each; every third row stands for three."""
    random = np.random.default_rng(5)
    rows = 900
    parts = []
    for number in range(11):
        midnight = dt.datetime(2025, 11, 10, tzinfo=dt.UTC) + dt.timedelta(days=number)
        position = random.integers(1, 9, rows)
        campaign = random.choice(["aki", "fuyu", "haru"], rows)
        odds = 0.9 - 0.5 * position + np.where(campaign == "haru", 1.2, 0.0)
        clicked = random.random(rows) < 1 / (1 + np.exp(-odds))
        day = pl.DataFrame(
            {
                "impression": [f"{number}-{n}" for n in range(rows)],
                "ts": int(midnight.timestamp() * 1000) + random.integers(0, 86_400_000, rows),
                "event": np.where(clicked, "click", "view"),
                "bid_yen": random.integers(5, 80, rows),
                "position": position,
                "campaign": campaign,
                "device": random.choice(["phone", "tablet", "-"], rows),
                "country": random.choice(["JP", "TW"], rows),
                "imp_weight": np.where(np.arange(rows) % 3 == 0, 3.0, 1.0),
            }
        )
        folder = root / f"day={midnight.date()}"
        folder.mkdir(parents=True)
        day.head(500).write_csv(folder / "a.csv", separator=";")
        day.tail(400).write_csv(folder / "b.csv", separator=";")
        parts.append(day)
    return pl.concat(parts)


def run_steps(folder: Path, weight: str) -> tuple[DayFacts, pl.DataFrame]:
    (folder / "clicks.toml").write_text(CLICKS + weight, encoding="utf-8")
    (folder / "h.json").write_text(json.dumps({"MaxTrees": "80"}), encoding="utf-8")
    run = Run(
        pipeline="clicks",
        environment="experiment",
        day=DAY,
        run="one",
        kind="train",
        started=dt.datetime(2025, 11, 21, tzinfo=dt.UTC),
    )
    resolved = folder / "resolved"
    resolved.mkdir()
    (resolved / RUN).write_text(run.model_dump_json(), encoding="utf-8")
    (resolved / VERSIONS).write_text(Resolved().model_dump_json(), encoding="utf-8")
    manifest = ("--manifest", str(folder / "clicks.toml"), "--failure", str(folder / "failure"))
    rows, window = ("--day-rows", str(folder / "day")), ("--train", str(folder / "train"))
    days = ("--day", DAY.isoformat(), "--window-days", "9", "--validation-days", "2")
    lake, model = ("--lake", str(folder / "lake")), ("--model", str(folder / "model"))
    hyperparameters = ("--hyperparameters", str(folder / "h.json"))
    output = ("--minimum-rows", "100", "--output", str(folder / "out"))
    assert prepare.main([*manifest, *lake, *days, *window, *rows]) == 0
    assert train.main([*manifest, "--rows", str(folder / "train"), *hyperparameters, *model]) == 0
    place = ("--resolved", str(resolved))
    assert evaluate.main([*manifest, *rows, *window, *place, *model, *output]) == 0
    facts = DayFacts.model_validate_json((folder / "out" / FACTS).read_text(encoding="utf-8"))
    return facts, pl.read_parquet(folder / "out" / "scores.parquet")


def in_tokyo(rows: pl.DataFrame) -> pl.DataFrame:
    moment = pl.from_epoch("ts", time_unit="ms").dt.replace_time_zone("UTC")
    return rows.filter(moment.dt.convert_time_zone("Asia/Tokyo").dt.date() == DAY)


def test_a_weighted_click_log_goes_through_the_same_steps(tmp_path: Path) -> None:
    table = in_tokyo(write_clicks(tmp_path / "lake"))
    facts, scores = run_steps(tmp_path, WEIGHT_COLUMN)
    assert facts.rows.labelled == table.height
    assert facts.rows.weight == pytest.approx(table["imp_weight"].sum())
    truth = scores.join(table, on="impression", how="left", maintain_order="left", suffix="_raw")
    clicked = (truth["event"] == "click").to_numpy()
    weights = truth["imp_weight"].to_numpy()
    score = scores["mlpipe_score_candidate"].to_numpy()
    found = facts.models["candidate"].metrics
    assert found["auc"].value == pytest.approx(roc_auc_score(clicked, score, sample_weight=weights))
    assert found["log_loss"].value == pytest.approx(log_loss(clicked, score, sample_weight=weights))
    assert found["auc"].value > 0.7
    assert found["normalised_entropy"].value < 1
    assert {part.value for part in facts.slices if part.column == "country"} == {"JP", "TW"}
    device = next(feature for feature in facts.features if feature.name == "device")
    assert device.missing > 0.2


def test_scores_of_a_sampled_log_are_put_back_to_the_true_rate(tmp_path: Path) -> None:
    write_clicks(tmp_path / "lake")
    facts, _ = run_steps(tmp_path, KEPT_NEGATIVES)
    found = facts.models["candidate"]
    assert facts.rows.weight > 2 * facts.rows.labelled
    assert found.mean_score == pytest.approx(facts.rows.base_rate, rel=0.15)
    assert found.metrics["predicted_over_observed"].value == pytest.approx(1.0, abs=0.15)
    assert found.metrics["normalised_entropy"].value < 1
