"""In which channel the card of what is started in a terminal is to stand."""

from __future__ import annotations

from collections.abc import Sequence

from bot.follow_book import FollowBook
from bot.store.follows import Follows
from bot.store.subscriptions import Subscriptions
from bot.subscriptions import SubscriptionBook
from bot.targets import Target
from bot.terminal.at_hand import AtHand
from core.domain import ChannelId
from core.follows import FollowKey
from core.subscriptions import Subscription


async def channel_of(has: AtHand, target: Target) -> ChannelId | None:
    """Where the series is followed, else where its environment is at home, else its pipeline is.

    The first that there is; None where nobody follows it.
    """
    name, environment = target.pipeline.name, target.environment
    of_pipeline = [each for each in await _heard(has) if each.pipeline == name]
    of_series = [each.channel for each in of_pipeline if each.environment == environment]
    at_home = has.settings.environments[environment].channels
    return next(iter([*of_series, *at_home, *(each.channel for each in of_pipeline)]), None)


async def _heard(has: AtHand) -> list[FollowKey]:
    """Which channel hears of what: by following, by its reports, by the mornings, in this order."""
    found = [*has.settings.follows]
    declared = has.settings.subscriptions
    subscriptions: Sequence[Subscription] = declared
    if has.engine is not None:
        follows = FollowBook(
            declared=has.settings.follows,
            pipelines=has.settings.pipelines,
            store=Follows(has.engine),
            clock=has.clock,
        )
        found = [each.key for each in await follows.all()]
        book = SubscriptionBook(
            declared=declared, pipelines=has.settings.pipelines, store=Subscriptions(has.engine)
        )
        subscriptions = await book.all()
    found += [
        FollowKey(each.key.channel, each.key.pipeline, each.key.environment)
        for each in subscriptions
    ]
    return found + [
        FollowKey(each.channel, each.pipeline.name, each.environment) for each in has.settings.daily
    ]
