"""What a channel looks at a series through: the same verdict, wherever it hears of a day."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass

from core.evidence.alarms import ALARMS_A_DAY
from core.subscriptions import Charts, Subscription
from reports.report_facts import ReportFacts


@dataclass(frozen=True)
class Lens:
    """How a channel sees and judges a series; without a subscription like anybody."""

    leading: tuple[str, ...] = ()
    """Metrics that the channel wants to lead."""
    charts: Charts = Charts.PICTURE
    budget: float = ALARMS_A_DAY
    """False alarms a day that the series may raise there."""
    heard: dt.date | None = None
    """The day of which the channel last heard before the one it looks at; None: the day before."""

    @classmethod
    def by(cls, subscription: Subscription, *, among: int, heard: dt.date | None) -> Lens:
        """What a subscription gives.

        Args:
            subscription: Whose.
            among: How many series the channel hears of, this one included: they share its alarms.
            heard: The day of which it heard before.
        """
        return cls(subscription.metrics, subscription.charts, ALARMS_A_DAY / among, heard)

    def of(self, facts: ReportFacts) -> ReportFacts:
        """The facts as the channel sees and judges them."""
        return dataclasses.replace(
            facts,
            leading=self.leading,
            charts=self.charts,
            budget=self.budget,
            heard=self.heard,
        )
