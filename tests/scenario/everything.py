"""Everything that the bot can be asked, once: by words, clicks, choices and forms."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any, Final

from bot.forms import VALUE
from core.domain import PRODUCTION, ChannelId, MessageTs, PipelineName
from core.evidence.alarms import Fault
from core.mornings import Morning
from handlers import look_closer, mute
from handlers.from_anywhere import WHERE
from mlpipe_sandbox.slack.delivery.reply import Delivery
from reports.actions import (
    AGAIN_WITH_CHANGES,
    APPROVE,
    AS_SENT,
    ASK_FOR,
    AUDIT_BEFORE,
    AUDIT_FILE,
    AUDIT_MORE,
    COMPARE,
    DELETE_NOTE,
    DETAILS,
    GLOBAL_RUN,
    GLOBAL_TRIALS,
    HAND_BACK,
    HOME_REPORT,
    HOME_RUN,
    HOME_SUBSCRIBE,
    HOME_TRIALS,
    LOG,
    LOOK_AT_TRIAL,
    MODEL,
    MODELS_BEFORE,
    MODELS_MORE,
    MORE_HELP,
    MUTE,
    NOTE_THE_DAY,
    ON_IT,
    PROMOTE,
    REJECT,
    REPORT_MENU,
    RETRAIN,
    RETRY,
    RETRY_DAYS,
    RETRY_RUN,
    RUN_AGAIN,
    RUN_PLANNED,
    SERIES_MENU,
    STOP,
    STOP_DAYS,
    TRIAL,
    TRIAL_CHARTS,
    TRIALS_BEFORE,
    TRIALS_COMPARE,
    TRIALS_CSV,
    TRIALS_MATTER,
    TRIALS_MORE,
    TRIALS_PARQUET,
    TRIALS_TICKED,
    UNMUTE,
    UNSUBSCRIBE,
    WHOLE,
)
from tests.scenario.causes import what
from tests.scenario.record import Record
from tests.scenario.stage import DAILY, PATIENCE_SECONDS, Stage
from tests.scenario.tiny_steps import UNLUCKY_SEED

DAY: Final = dt.date(2013, 6, 28)
WEEK_BEFORE: Final = dt.date(2013, 6, 21)
EXPERIMENTS: Final = "C0EXP"
CHANNEL: Final = ChannelId(DAILY)
MORNING: Final = Morning(PipelineName("flights"), PRODUCTION, DAY)
ROWS: Final = mute.Which(Fault.ROWS)
UNKNOWN: Final = "/mlpipe nothing"


def come_again(stage: Stage, delivery: Delivery) -> None:
    """Deliver it once more; returns when the bot has made of it what it makes."""
    assert stage.slack.redeliver(delivery).acknowledged
    stage.bot.drain()


def ask_everything(stage: Stage) -> dict[str, Delivery]:
    """Ask in every way there is; gives one delivery for each, by what it asks."""
    stage.pipeline.score(DAY)
    # Two to decide on, the newest, which is asked for below a report, and more than a page of them.
    for _ in range(11):
        stage.pipeline.register(DAY)
    stage.pipeline.hold()
    stage.start()
    _ask_for_help(stage)
    _run(stage)
    _days(stage)
    _sweep(stage)
    _act_on_a_morning(stage)
    _report(stage)
    _promote(stage)
    _subscribe(stage)
    _follow(stage)
    _note(stage)
    _trials(stage)
    _models(stage)
    _from_anywhere(stage)
    _audit(stage)
    stage.bot.drain()
    return {what(each.payload): each for each in stage.slack.deliveries()}


def _ask_for_help(stage: Stage) -> None:
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe help")
    ana.click(stage.told("U0ANA", "What you can do here"), action_id=MORE_HELP)
    ana.command(DAILY, UNKNOWN)
    stage.told("U0ANA", "There is no command nothing")


def _run(stage: Stage) -> None:
    ana, ben = stage.person("U0ANA"), stage.person("U0BEN")
    ana.command(DAILY, f"/mlpipe run seed={UNLUCKY_SEED}")
    stage.pipeline.held_by()
    stage.pipeline.release()
    ben.click(stage.shown("Prepare failed"), action_id=LOG)
    stage.told("U0BEN", "The last lines of the log")
    ana.command(DAILY, "/mlpipe logs")
    stage.bot.drain()
    stage.pipeline.hold()
    ana.command(DAILY, "/mlpipe run")
    form = ana.wait_for_view("run.submit")
    ana.select(form, action_id="run.environment", value="experiment")
    _choose_the_like(stage, "run.pipeline")
    assert ana.submit(ana.wait_for_view("run.submit")).ok
    card = stage.shown("Running Prepare")
    ana.command(DAILY, "/mlpipe status")
    stage.bot.drain()
    ben.click(card, action_id=STOP)
    ben.click(stage.shown("*Stopped* by <@U0BEN>"), action_id=RETRY)
    stage.shown("Running Prepare")
    ana.command(DAILY, "/mlpipe stop")
    stage.shown("*Stopped* by <@U0ANA>")


def _days(stage: Stage) -> None:
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe run day=2013-06-25..2013-06-26")
    ana.click(stage.shown("2013-06-25"), action_id=STOP_DAYS)
    ana.click(stage.shown("1 day has not begun"), action_id=RETRY_DAYS)
    ana.click(stage.shown("0 of 2 days done"), action_id=STOP_DAYS)
    stage.shown("1 day has not begun")


def _sweep(stage: Stage) -> None:
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe sweep")
    form = ana.wait_for_view("sweep.submit")
    ana.select(form, action_id="sweep.environment", value="experiment")
    _choose_the_like(stage, "sweep.pipeline")
    ranges = {"sweep.parameter.flights.NumLeaves": "8..9"}
    assert ana.submit(ana.wait_for_view("sweep.submit"), ranges).ok
    ana.click(stage.shown("2 running"), action_id=STOP)
    stage.shown("2 stopped")


def _choose_the_like(stage: Stage, action_id: str) -> None:
    """A choice in a menu that is there where there are several pipelines."""
    stage.bot.drain()
    _click_the_like(stage, {"action_id": action_id})


def _click_the_like(stage: Stage, action: dict[str, Any], **body: Any) -> None:
    """A click now at the place of the last one, on something else."""
    clicks = stage.slack.deliveries("interactive")
    clicked = [each for each in clicks if each.payload["type"] == "block_actions"][-1]
    (before,) = clicked.payload["actions"]
    payload = {
        **clicked.payload,
        "trigger_id": f"{clicked.payload['trigger_id']}.{action['action_id']}",
        "actions": [{**before, "action_ts": f"{stage.clock.now().timestamp():.6f}", **action}],
        **body,
    }
    come_again(stage, dataclasses.replace(clicked, payload=payload))


def _report(stage: Stage) -> None:
    stage.person("U0ANA").command(DAILY, "/mlpipe report")
    stage.shown("AUC 0.")
    stage.bot.drain()


def _act_on_a_morning(stage: Stage) -> None:
    """What can be done below a report on which something rings."""
    for word in (DETAILS, COMPARE, MUTE, RETRAIN, PROMOTE):
        chosen = {"selected_option": {"value": f"{word}/{MORNING}"}}
        _click_the_like(stage, {"type": "overflow", "action_id": REPORT_MENU, **chosen})
    chosen = {"selected_option": {"value": f"{WHOLE}/{MORNING}"}}
    _click_the_like(stage, {"type": "static_select", "action_id": SERIES_MENU, **chosen})
    for action_id in (ON_IT, HAND_BACK, RETRY_RUN, AS_SENT):
        _click_the_like(stage, {"type": "button", "action_id": action_id, "value": str(MORNING)})
    compared = look_closer.Origin(
        channel=CHANNEL, message=MessageTs("1.0"), morning=str(MORNING), days=(WEEK_BEFORE,)
    )
    _submit_the_like(
        stage,
        look_closer.CALLBACK,
        compared.model_dump_json(),
        {look_closer.OTHER: {"type": "datepicker", "selected_date": WEEK_BEFORE.isoformat()}},
    )
    _submit_the_like(
        stage,
        mute.CALLBACK,
        mute.Origin(channel=CHANNEL, morning=str(MORNING), alarms=(ROWS,)).model_dump_json(),
        {
            mute.ALARM: {"type": "static_select", "selected_option": {"value": "0"}},
            mute.UNTIL: {"type": "datepicker", "selected_date": "2013-06-30"},
        },
    )
    muted = mute.Origin(channel=CHANNEL, morning=str(MORNING), mutes=(ROWS,))
    view = {"id": "V0MUTE", "private_metadata": muted.model_dump_json()}
    _click_the_like(stage, {"type": "button", "action_id": UNMUTE, "value": "0"}, view=view)


def _submit_the_like(
    stage: Stage, callback_id: str, origin: str, fields: dict[str, dict[str, Any]]
) -> None:
    """A form that was sent, as another."""
    sent = next(
        each
        for each in stage.slack.deliveries("interactive")
        if each.payload["type"] == "view_submission"
    )
    view = {
        **sent.payload["view"],
        "id": f"V0{callback_id}",
        "callback_id": callback_id,
        "private_metadata": origin,
        "state": {"values": {block: {VALUE: field} for block, field in fields.items()}},
    }
    payload = {**sent.payload, "trigger_id": f"0.{callback_id}", "view": view}
    come_again(stage, dataclasses.replace(sent, payload=payload))


def _promote(stage: Stage) -> None:
    ana, ben = stage.person("U0ANA"), stage.person("U0BEN")
    for version, decision in (("1", APPROVE), ("2", REJECT)):
        ana.command(DAILY, f"/mlpipe promote {version} because of {decision}")
        ben.click(stage.shown(f"because of {decision}"), action_id=decision)
        stage.bot.drain()


def _subscribe(stage: Stage) -> None:
    ana = stage.person("U0ANA")
    ana.command(EXPERIMENTS, "/mlpipe subscribe")
    form = ana.wait_for_view("subscribe.submit")
    ana.select(form, action_id="subscribe.environment", value="production")
    _choose_the_like(stage, "subscribe.pipeline")
    assert ana.submit(ana.wait_for_view("subscribe.submit")).ok
    stage.shown("subscribed this channel", EXPERIMENTS)
    ana.command(EXPERIMENTS, "/mlpipe subscriptions")
    listed = stage.told("U0ANA", "1 subscription of this channel", EXPERIMENTS)
    ana.click(listed, action_id=UNSUBSCRIBE)
    stage.shown("unsubscribed this channel", EXPERIMENTS)
    ana.command(EXPERIMENTS, "/mlpipe unsubscribe")
    stage.told("U0ANA", "Nothing comes to this channel", EXPERIMENTS)


def _follow(stage: Stage) -> None:
    ana = stage.person("U0ANA")
    ana.command(EXPERIMENTS, "/mlpipe follow")
    stage.shown("has this channel follow flights", EXPERIMENTS)
    ana.command(EXPERIMENTS, "/mlpipe unfollow")
    stage.shown("ended that this channel follows", EXPERIMENTS)


def _note(stage: Stage) -> None:
    ana = stage.person("U0ANA")
    ana.command(EXPERIMENTS, '/mlpipe note yesterday "the feed was down"')
    stage.shown("the feed was down", EXPERIMENTS)
    ana.command(EXPERIMENTS, "/mlpipe notes")
    stage.bot.drain()
    ana.click(stage.told("U0ANA", "the feed was down", EXPERIMENTS), action_id=DELETE_NOTE)
    stage.bot.drain()


def _trials(stage: Stage) -> None:
    record = Record(stage.pipeline)
    for number in range(11):
        record.trial(f"t{number}", auc=0.7)
    ana = stage.person("U0ANA")
    ana.command(EXPERIMENTS, "/mlpipe trials")
    ana.click(stage.told("U0ANA", "11 trials", EXPERIMENTS), action_id=TRIALS_MORE)
    page = stage.told("U0ANA", "11 to 11", EXPERIMENTS)
    ana.click(page, action_id=TRIALS_BEFORE)
    page = stage.told("U0ANA", "1 to 10", EXPERIMENTS)
    for action_id, name in ((TRIALS_CSV, "trials.csv"), (TRIALS_PARQUET, "trials.parquet")):
        ana.click(page, action_id=action_id)
        stage.told("U0ANA", f"{name} with 11 trials", EXPERIMENTS)
    ana.select(page, action_id=TRIALS_TICKED, value=["t10", "t9"])
    ana.click(page, action_id=TRIALS_COMPARE)
    stage.shown("A, B beside each other", EXPERIMENTS)
    ana.command(EXPERIMENTS, "/mlpipe compare t10 t9 t8")
    stage.shown("A, B, C beside each other", EXPERIMENTS)
    ana.click(page, action_id=TRIALS_MATTER)
    stage.shown("what matters for AUC", EXPERIMENTS)
    ana.command(EXPERIMENTS, "/mlpipe matters auc since=7d")
    stage.shown("Asked for: since", EXPERIMENTS)
    ana.select(page, action_id=TRIAL, value="flights/experiment/t10")
    Record(stage.pipeline, "production").trial("backfill-test", auc=0.7, day=DAY.isoformat())
    ana.command(EXPERIMENTS, "/mlpipe trial backfill-test env=production")
    scored = stage.told("U0ANA", "production · backfill-test", EXPERIMENTS)
    ana.click(scored, action_id=TRIAL_CHARTS)
    stage.told("U0ANA", "The charts are in your own messages", EXPERIMENTS)
    ana.command(EXPERIMENTS, "/mlpipe trial t10")
    ana.click(stage.told("U0ANA", "experiment · t10", EXPERIMENTS), action_id=RUN_AGAIN)
    ana.wait_for_view("run.submit")
    ana.command(EXPERIMENTS, "/mlpipe tag t10 weather")
    stage.told("U0ANA", "Kept with trial", EXPERIMENTS)
    ana.command(EXPERIMENTS, "/mlpipe run --dry-run")
    ana.click(stage.told("U0ANA", "nothing was started", EXPERIMENTS), action_id=RUN_PLANNED)
    stage.told("U0ANA", "its card stands in this channel", EXPERIMENTS)


def _models(stage: Stage) -> None:
    ana = stage.person("U0ANA")
    ana.command(EXPERIMENTS, "/mlpipe models")
    ana.click(stage.told("U0ANA", "11 versions", EXPERIMENTS), action_id=MODELS_MORE)
    page = stage.told("U0ANA", "1: approved by <@U0BEN>", EXPERIMENTS)
    ana.click(page, action_id=MODELS_BEFORE)
    page = stage.told("U0ANA", "2: rejected by <@U0BEN>", EXPERIMENTS)
    ana.select(page, action_id=MODEL, value="flights/production/10")
    version = stage.told("U0ANA", "version 10: awaits approval", EXPERIMENTS)
    ana.click(version, action_id=ASK_FOR)
    stage.shown("asks that version 10 serve", EXPERIMENTS)
    ana.command(EXPERIMENTS, "/mlpipe model 1")
    stage.told("U0ANA", "version 1: serves", EXPERIMENTS)


def _audit(stage: Stage) -> None:
    ana = stage.person("U0ANA")
    ana.command(EXPERIMENTS, "/mlpipe audit")
    page = stage.told("U0ANA", "Audit log", EXPERIMENTS)
    ana.click(page, action_id=AUDIT_FILE)
    stage.told("U0ANA", "The file is among your messages", EXPERIMENTS)
    ana.click(page, action_id=AUDIT_MORE)
    ana.click(stage.told("U0ANA", "11 to 20", EXPERIMENTS), action_id=AUDIT_BEFORE)
    stage.told("U0ANA", "Audit log", EXPERIMENTS)


def _from_anywhere(stage: Stage) -> None:
    ana = stage.person("U0ANA")
    ana.open_home()
    home = stage.slack.wait_for(ana.home, timeout=PATIENCE_SECONDS)
    for action_id in (HOME_RUN, HOME_TRIALS, HOME_REPORT, HOME_SUBSCRIBE):
        ana.click(home, action_id=action_id)
        form = ana.wait_for_view(f"{action_id}.submit")
        where = {} if action_id == HOME_TRIALS else {WHERE: EXPERIMENTS}
        assert ana.submit(form, where).ok
        stage.bot.drain()
    card = stage.shown("*Stopped* by <@U0ANA>")
    for callback_id in (GLOBAL_RUN, GLOBAL_TRIALS):
        ana.shortcut(callback_id)
        stage.bot.drain()
    for callback_id in (LOOK_AT_TRIAL, AGAIN_WITH_CHANGES, NOTE_THE_DAY):
        ana.shortcut(callback_id, on=card)
        stage.bot.drain()
    assert ana.submit(ana.wait_for_view("note.submit"), {"note.text": "storm"}).ok
    stage.bot.drain()
