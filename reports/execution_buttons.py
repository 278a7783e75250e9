"""The buttons of an execution's card: what can be done with it as it stands."""

from __future__ import annotations

import slackblocks as slack

from core.domain import Execution, ExecutionStatus
from core.messages import Translator, say
from reports.actions import LOG, RETRY, STOP
from reports.buttons import button_text, confirm
from reports.execution_facts import CardFacts
from reports.steps import FAIL, failed_step


def card_buttons(facts: CardFacts, t: Translator) -> list[slack.Element]:
    """Stop while it runs; Retry and the log once it failed."""
    execution = facts.execution
    if not facts.id or facts.lost is not None:
        return []
    if execution.status is ExecutionStatus.EXECUTING and not facts.stop_by:
        return [stop_button(facts, t)]
    if not can_retry(execution):
        return []
    retry = retry_button(facts, t)
    step = failed_step(execution)
    if step is None or not step.logs_url:
        return [retry]
    log = slack.Button(
        button_text(say("Show the last log lines"), t), action_id=LOG, value=facts.id
    )
    return [retry, log]


def retry_button(facts: CardFacts, t: Translator) -> slack.Button:
    """Retry, from what failed on."""
    return slack.Button(
        button_text(say("Retry"), t), action_id=RETRY, value=facts.id, style="primary"
    )


def can_retry(execution: Execution) -> bool:
    """Whether SageMaker would go on where it ended; a gate that refused would refuse again."""
    if execution.status is ExecutionStatus.STOPPED:
        return True
    step = failed_step(execution)
    return execution.status is ExecutionStatus.FAILED and (step is None or step.name != FAIL)


def stop_button(facts: CardFacts, t: Translator) -> slack.Button:
    """Stop, after a question."""
    return slack.Button(
        button_text(say("Stop"), t),
        action_id=STOP,
        value=facts.id,
        style="danger",
        confirm=confirm(
            t,
            title=say("Stop this run?"),
            text=say("Its jobs are ended. What is done already can be gone on from by Retry."),
            yes=say("Stop"),
            no=say("Let it run"),
            style="danger",
        ),
    )
