"""What was expected beside what came, in money: one sentence for the team and for managers."""

from __future__ import annotations

from core.evidence.worth import Worth
from core.manifest_parts import ValueOf
from core.messages import Money, Sentence, say
from reports.verdict.figures import money, moneys
from reports.verdict.labels import positive


def money_line(found: Worth | None, called: str | None) -> Sentence | None:
    """The sentence; None where nothing can be said. `called` is what a positive row is called."""
    if found is None:
        return None
    expected, seen = moneys(found.expected, found.seen, currency=found.currency)
    apart = _apart(expected, seen, may_be_chance=found.may_be_chance)
    amounts = {"expected": expected, "seen": seen, "apart": apart}
    if found.of is ValueOf.POSITIVE:
        return say("In money: {expected} was expected and {seen} came, {apart}.", **amounts)
    whole = money(found.all, found.currency)
    if called is None:
        return say(
            "Of {all} at stake, it was expected to happen in {expected} and did in {seen}, "
            "{apart}.",
            all=whole,
            **amounts,
        )
    return say(
        "Of {all} at stake, {expected} was expected to be {positive} and {seen} was, {apart}.",
        all=whole,
        positive=positive(called),
        **amounts,
    )


def _apart(expected: Money, seen: Money, *, may_be_chance: bool) -> Sentence:
    """How far apart the two amounts are, as they are written."""
    amount = Money(abs(expected.amount - seen.amount), seen.currency)
    if not amount.amount:
        return say("as much")
    if seen.amount < expected.amount:
        apart = say("{amount} less", amount=amount)
    else:
        apart = say("{amount} more", amount=amount)
    return say("{apart}, which may be chance", apart=apart) if may_be_chance else apart
