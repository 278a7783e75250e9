"""The app's manifest asks for exactly what the code uses."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.listener.async_listener import AsyncListener
from slack_bolt.response import BoltResponse

from bot import run_form, sweep_form
from bot.settings import read_settings
from bot.slack.methods import METHODS, bot_scopes
from handlers import from_anywhere, look_closer, mute, note_the_day, subscribe
from reports.actions import (
    APPROVE,
    AS_SENT,
    ASK_FOR,
    AUDIT_BEFORE,
    AUDIT_FILE,
    AUDIT_MORE,
    DELETE_NOTE,
    HAND_BACK,
    HOME_REPORT,
    HOME_RUN,
    HOME_SUBSCRIBE,
    HOME_TRIALS,
    LOG,
    MODEL,
    MODELS_BEFORE,
    MODELS_MORE,
    MORE_HELP,
    ON_IT,
    REJECT,
    REPORT_MENU,
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
)
from tests.scenario.stage import DAILY, ROOT, Stage

MANIFEST: dict[str, Any] = json.loads((ROOT / "deploy/slack/manifest.json").read_text())
DAY = dt.date(2013, 6, 28)
BUTTONS = (
    APPROVE,
    REJECT,
    STOP,
    STOP_DAYS,
    RETRY,
    RETRY_DAYS,
    RETRY_RUN,
    LOG,
    MORE_HELP,
    UNSUBSCRIBE,
    DELETE_NOTE,
    ON_IT,
    HAND_BACK,
    UNMUTE,
    AS_SENT,
    ASK_FOR,
    AUDIT_BEFORE,
    AUDIT_FILE,
    AUDIT_MORE,
    MODELS_BEFORE,
    MODELS_MORE,
    TRIAL_CHARTS,
    TRIALS_BEFORE,
    TRIALS_CSV,
    TRIALS_MATTER,
    TRIALS_MORE,
    TRIALS_PARQUET,
    TRIALS_COMPARE,
    TRIALS_TICKED,
    RUN_PLANNED,
    RUN_AGAIN,
    HOME_RUN,
    HOME_TRIALS,
    HOME_REPORT,
    HOME_SUBSCRIBE,
)
MENUS = (REPORT_MENU, SERIES_MENU)
CHOICES = (
    run_form.PIPELINE,
    run_form.ENVIRONMENT,
    sweep_form.PIPELINE,
    sweep_form.ENVIRONMENT,
    subscribe.PIPELINE,
    subscribe.ENVIRONMENT,
    MODEL,
    TRIAL,
)
FORMS = (
    run_form.CALLBACK,
    sweep_form.CALLBACK,
    subscribe.CALLBACK,
    mute.CALLBACK,
    look_closer.CALLBACK,
    note_the_day.CALLBACK,
    *(each.callback_id for each in from_anywhere.DOORS),
)
KINDS = {"global": "shortcut", "message": "message_action"}
"""A shortcut's type in the manifest → that of its payload."""
BOLTS_OWN = {"apps.connections.open"}
"""Called with the app-level token by slack_sdk, whose scope is set where that token is made."""


def test_the_scopes_are_those_of_the_methods_that_are_called() -> None:
    asked = MANIFEST["oauth_config"]["scopes"]["bot"]
    assert asked == sorted(bot_scopes())


def test_the_command_is_the_one_that_is_listened_to() -> None:
    (command,) = MANIFEST["features"]["slash_commands"]
    assert command["command"] == read_settings(ROOT / "mlpipe.toml").command


async def test_every_listener_is_reached_by_what_the_manifest_switches_on(stage: Stage) -> None:
    stage.start()
    assert stage.bot.bot is not None
    (command,) = MANIFEST["features"]["slash_commands"]
    deliveries = [
        {"command": command["command"]},
        *(
            {"type": "block_actions", "actions": [{"action_id": each}]}
            for each in (*BUTTONS, *MENUS, *CHOICES)
        ),
        *(
            {"type": "view_submission", "view": {"callback_id": each, "type": "modal"}}
            for each in FORMS
        ),
        *(
            {"type": KINDS[each["type"]], "callback_id": each["callback_id"]}
            for each in MANIFEST["features"]["shortcuts"]
        ),
        *(
            {"type": "event_callback", "event": {"type": each}}
            for each in MANIFEST["settings"]["event_subscriptions"]["bot_events"]
        ),
    ]
    for listener in stage.bot.bot.app._async_listeners:
        reached = [await _takes(listener, delivery) for delivery in deliveries]
        assert any(reached), "it listens to an event or a shortcut that is not in the manifest"
    for delivery in deliveries:
        listeners = [await _takes(each, delivery) for each in stage.bot.bot.app._async_listeners]
        assert any(listeners), delivery
    assert MANIFEST["features"]["app_home"]["home_tab_enabled"]
    assert MANIFEST["settings"]["interactivity"]["is_enabled"]
    assert MANIFEST["settings"]["socket_mode_enabled"]


def test_the_hint_names_every_word(stage: Stage) -> None:
    stage.start()
    assert stage.bot.bot is not None
    hint = MANIFEST["features"]["slash_commands"][0]["usage_hint"].split(" | ")
    assert hint == [each.word for each in stage.bot.bot.conversations.words]


def test_a_whole_story_calls_only_what_the_table_names(stage: Stage) -> None:
    stage.pipeline.score(DAY)
    stage.pipeline.register(DAY)
    stage.start()
    ana, ben = stage.person("U0ANA"), stage.person("U0BEN")
    ana.command(DAILY, "/mlpipe run")
    ana.submit(ana.wait_for_view("run.submit"))
    stage.shown("0.810")
    ana.command(DAILY, "/mlpipe report")
    stage.shown("image")
    ana.command(DAILY, "/mlpipe promote 1")
    ben.click(stage.shown("asks that version 1 serve"), action_id=APPROVE)
    stage.shown("<@U0BEN>")
    calls = stage.slack.calls()
    refused = [(call.method, call.response) for call in calls if not call.ok]
    assert not refused, "every scope that a call needs is in the manifest"
    assert {call.method for call in calls} - BOLTS_OWN - {"response_url"} <= set(METHODS)


def test_no_code_calls_slack_but_through_the_table() -> None:
    for path in [*Path(ROOT / "bot").rglob("*.py"), *Path(ROOT / "handlers").rglob("*.py")]:
        text = path.read_text()
        for client in ("client.chat_", "client.views_", "client.conversations_", "client.files_"):
            assert client not in text, path


async def _takes(listener: AsyncListener, body: dict[str, Any]) -> bool:
    request = AsyncBoltRequest(body=body, mode="socket_mode")
    return await listener.async_matches(req=request, resp=BoltResponse(status=200))
