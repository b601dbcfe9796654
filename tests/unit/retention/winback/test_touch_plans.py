from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.retention.channels import Channel
from bot.retention.facts import make_key
from bot.retention.offers import OfferKind
from bot.retention.reasons import Reason
from bot.retention.winback.person import Contact, Improvement, Worth
from bot.retention.winback.rules import FIRST_DAY, LAST_DAY
from bot.retention.winback.touches import OfferAnswer, TouchKind, TouchState
from tests.lapsed import BY_EMAIL, LEFT, LISBON, POLICY, RULES, Life, somebody

CHECK_IN, WELCOME_BACK = TouchKind.CHECK_IN, TouchKind.WELCOME_BACK
ANNOUNCEMENT, REMINDER = TouchKind.ANNOUNCEMENT, TouchKind.REMINDER
CHECKED_IN = [
    Reason.PRICE,
    Reason.PRODUCT_QUALITY,
    Reason.TECHNICAL_RELIABILITY,
    Reason.DELIVERY_FULFILMENT,
    Reason.CUSTOMER_SERVICE,
    Reason.BILLING_ACCOUNT,
    Reason.TRUST_PRIVACY,
    Reason.MISSING_FEATURES,
    Reason.COMPETITOR,
    Reason.OTHER_UNCLEAR,
]


def fixed(*reasons: Reason, place: str | None = None, day: float = 40) -> Improvement:
    return Improvement("it", frozenset(reasons), LEFT + timedelta(days=day), place)


@pytest.mark.parametrize("reason", CHECKED_IN)
def test_the_first_they_hear_is_how_they_are_on_a_day_from_7_to_30(reason: Reason) -> None:
    life = Life(somebody(reason))
    life.pass_days(400)
    first = life.heard[0]
    assert first.kind is CHECK_IN
    assert FIRST_DAY <= life.find_day(first) <= LAST_DAY


def test_somebody_who_will_likely_return_hears_from_us_in_the_first_days() -> None:
    life = Life(somebody(Reason.COMPETITOR, likelihood=9))
    life.pass_days(40)
    assert 7 <= life.find_day(life.heard[0]) < 9


def test_somebody_who_will_hardly_return_only_hears_that_it_was_put_right() -> None:
    life = Life(somebody(Reason.MISSING_FEATURES, likelihood=1))
    life.pass_days(40)
    assert life.kinds == []
    life.tell(fixed(Reason.MISSING_FEATURES))
    life.pass_days(100)
    assert life.kinds == [ANNOUNCEMENT]


def test_somebody_who_never_said_why_is_asked_once() -> None:
    life = Life(somebody())
    life.pass_days(400)
    assert life.kinds == [CHECK_IN]
    assert life.heard[0].rule == "winback.plans.unknown.1"


def test_somebody_who_says_why_when_asked_goes_on_by_the_plan_for_it() -> None:
    life = Life(somebody(monthly_value=4900))
    life.pass_days(25)
    life.change(reasons=(Reason.PRICE,), last_said_at=life.now)
    life.pass_days(100)
    assert life.kinds == [CHECK_IN, WELCOME_BACK, REMINDER]


def test_who_turns_out_to_have_left_for_another_reason_hears_what_fits_that() -> None:
    life = Life(somebody(Reason.PRODUCT_QUALITY, monthly_value=4900))
    life.pass_days(50)
    life.change(reasons=(Reason.NO_LONGER_NEEDED,))
    assert life.person.touches[-1].because == "barred.other_reason"
    life.pass_days(200)
    assert life.kinds == [CHECK_IN]


def test_who_left_over_the_price_gets_an_offer_and_one_reminder_before_it_ends() -> None:
    life = Life(somebody(Reason.PRICE, monthly_value=4900))
    life.pass_days(400)
    assert life.kinds == [CHECK_IN, WELCOME_BACK, REMINDER]
    made, reminder = life.heard[1:]
    assert made.offer is not None
    assert made.offer.kind is OfferKind.DISCOUNT
    assert reminder.offer == made.offer
    assert reminder.changed_at < made.offer.deadline - timedelta(days=1)


@pytest.mark.parametrize("answer", [OfferAnswer.ACCEPTED, OfferAnswer.DECLINED, OfferAnswer.REDEEMED])
def test_an_answered_offer_is_not_reminded_of(answer: OfferAnswer) -> None:
    life = Life(somebody(Reason.PRICE, monthly_value=4900))
    life.pass_days(55)
    life.answer(answer)
    life.pass_days(400)
    assert life.kinds == [CHECK_IN, WELCOME_BACK]


def test_who_declined_an_offer_still_hears_the_news_they_asked_for() -> None:
    life = Life(somebody(Reason.PRICE, monthly_value=4900))
    life.pass_days(55)
    life.answer(OfferAnswer.DECLINED)
    life.tell(fixed(Reason.PRICE, day=55))
    life.pass_days(100)
    assert life.kinds == [CHECK_IN, WELCOME_BACK, ANNOUNCEMENT]


def test_who_accepted_an_offer_hears_nothing_more() -> None:
    life = Life(somebody(Reason.PRICE, monthly_value=4900))
    life.pass_days(55)
    life.answer(OfferAnswer.ACCEPTED)
    life.tell(fixed(Reason.PRICE, day=55))
    life.pass_days(100)
    assert life.kinds == [CHECK_IN, WELCOME_BACK]


def test_who_moved_away_hears_nothing_but_of_a_place_near_them() -> None:
    life = Life(somebody(Reason.RELOCATION, Reason.PRICE, places=("Porto",)))
    life.pass_days(40)
    life.tell(Improvement("price", frozenset({Reason.PRICE}), life.now))
    life.tell(Improvement("far", frozenset({Reason.RELOCATION}), life.now, "Braga"))
    life.tell(Improvement("anywhere", frozenset({Reason.RELOCATION}), life.now))
    life.pass_days(40)
    assert life.kinds == []
    life.tell(Improvement("near", frozenset({Reason.RELOCATION}), life.now, "Porto"))
    life.pass_days(200)
    assert [touch.improvement for touch in life.heard] == ["near"]


def test_who_no_longer_needed_us_gets_one_gentle_message_after_three_months() -> None:
    life = Life(somebody(Reason.NO_LONGER_NEEDED, Reason.PRICE))
    life.tell(fixed(Reason.PRICE, day=0))
    life.pass_days(400)
    assert life.kinds == [WELCOME_BACK]
    assert life.find_day(life.heard[0]) >= 90
    assert life.heard[0].offer is None


def test_who_was_never_the_right_customer_is_left_in_peace() -> None:
    life = Life(somebody(Reason.POOR_FIT_EXPECTATIONS, Reason.PRICE, likelihood=10))
    life.tell(fixed(Reason.POOR_FIT_EXPECTATIONS, Reason.PRICE, day=0))
    life.pass_days(400)
    assert life.person.touches == ()


def test_who_was_charged_wrongly_is_asked_how_they_are_and_nothing_more() -> None:
    life = Life(somebody(Reason.BILLING_ACCOUNT))
    life.tell(fixed(Reason.BILLING_ACCOUNT, day=0))
    life.pass_days(400)
    assert life.kinds == [CHECK_IN]


def test_who_lost_trust_gets_the_facts_and_no_offer() -> None:
    life = Life(somebody(Reason.TRUST_PRIVACY, monthly_value=9900))
    life.pass_days(400)
    assert life.kinds == [CHECK_IN, WELCOME_BACK]
    assert all(touch.offer is None for touch in life.heard)


def test_what_was_put_right_is_told_once_and_only_to_those_who_left_over_it_before() -> None:
    left_over_it = Life(somebody(Reason.MISSING_FEATURES, Reason.PRICE))
    over_something_else = Life(somebody(Reason.COMPETITOR))
    left_afterwards = Life(somebody(Reason.MISSING_FEATURES, left_at=LEFT + timedelta(days=50)))
    for life in (left_over_it, over_something_else, left_afterwards):
        life.pass_days(40)
        life.tell(fixed(Reason.PRICE))
        life.tell(fixed(Reason.PRICE))
        life.pass_days(300)
    assert left_over_it.kinds.count(ANNOUNCEMENT) == 1
    assert ANNOUNCEMENT not in over_something_else.kinds
    assert ANNOUNCEMENT not in left_afterwards.kinds


def test_somebody_who_blocked_us_for_an_hour_is_still_told_what_was_put_right_and_once() -> None:
    life = Life(somebody(Reason.MISSING_FEATURES))
    life.pass_days(40.4)  # At night.
    life.tell(fixed(Reason.MISSING_FEATURES))
    life.change(contacts=(replace(BY_EMAIL, reachable=False),))
    life.pass_days(0.05)
    life.change(contacts=(BY_EMAIL,))
    life.pass_days(300)
    assert life.kinds.count(ANNOUNCEMENT) == 1


def test_news_is_not_told_to_somebody_who_turns_out_to_have_left_over_something_else() -> None:
    life = Life(somebody(Reason.MISSING_FEATURES))
    life.tell(fixed(Reason.MISSING_FEATURES, day=0))
    life.change(reasons=(Reason.COMPETITOR,))
    life.pass_days(60)
    assert life.kinds == [CHECK_IN]


def test_news_of_one_shop_is_for_those_who_went_there() -> None:
    went_there = Life(somebody(Reason.CUSTOMER_SERVICE, home="Porto"))
    went_elsewhere = Life(somebody(Reason.CUSTOMER_SERVICE, home="Braga"))
    for life in (went_there, went_elsewhere):
        life.tell(fixed(Reason.CUSTOMER_SERVICE, place="Porto", day=0))
        life.pass_days(60)
    assert ANNOUNCEMENT in went_there.kinds
    assert ANNOUNCEMENT not in went_elsewhere.kinds


@pytest.mark.parametrize(
    ("named", "hears"),
    [
        ("offline mode", True),
        ("an offline mode for the app", True),
        ("modes that work offline", True),
        ("dark mode", False),
        ("a mode", False),
        ("offline", False),
        (None, False),
    ],
)
def test_of_a_feature_hear_those_who_named_it_and_nobody_else(named: str | None, hears: bool) -> None:
    features = frozenset({"calendar", make_key(named)}) if named else frozenset({"calendar"})
    life = Life(somebody(Reason.MISSING_FEATURES, features=features))
    life.tell(replace(fixed(Reason.MISSING_FEATURES, day=0), feature=make_key("Offline mode")))
    life.pass_days(90)
    assert (ANNOUNCEMENT in life.kinds) is hears


@pytest.mark.parametrize(("had", "hears"), [("Green Teas", True), ("green tea, mint", False), ("coffee", False)])
def test_of_a_product_hear_those_who_had_it(had: str, hears: bool) -> None:
    life = Life(somebody(Reason.PRODUCT_QUALITY, products=frozenset({make_key(had)})))
    life.tell(replace(fixed(Reason.PRODUCT_QUALITY, day=0), product=make_key("Green tea")))
    life.pass_days(90)
    assert (ANNOUNCEMENT in life.kinds) is hears


def test_what_is_about_a_feature_is_not_for_those_who_left_over_something_else() -> None:
    life = Life(somebody(Reason.PRICE, features=frozenset({"offline mode"})))
    life.tell(replace(fixed(Reason.MISSING_FEATURES, day=0), feature="offline mode"))
    life.pass_days(90)
    assert ANNOUNCEMENT not in life.kinds


def test_somebody_who_is_held_out_hears_only_the_news_they_asked_for() -> None:
    life = Life(somebody(Reason.PRICE, monthly_value=4900, holdout=True))
    life.tell(fixed(Reason.PRICE, day=0))
    life.pass_days(400)
    assert life.kinds == [ANNOUNCEMENT]


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"opted_out": True}, "barred.opted_out"),
        ({"contacts": (BY_EMAIL, Contact(Channel.PHONE, None, suppressed=True))}, "barred.suppressed"),
        ({"sensitive": True}, "barred.sensitive"),
        ({"flagged": True}, "barred.flagged"),
        ({"disputed": True}, "barred.disputed"),
        ({"returned": True}, "barred.returned"),
        ({"contacts": (replace(BY_EMAIL, reachable=False),)}, "barred.unreachable"),
        ({"contacts": (replace(BY_EMAIL, consent=False),)}, "barred.no_consent"),
        ({"contacts": (replace(BY_EMAIL, consent=None),)}, "barred.no_consent"),
        ({"contacts": ()}, "barred.no_consent"),
        ({"contacts": (Contact(Channel.WEB, consent=True),)}, "barred.no_consent"),
        ({"reasons": (Reason.POOR_FIT_EXPECTATIONS,)}, "barred.reason.poor_fit_expectations"),
    ],
)
def test_whoever_must_not_be_written_to_is_not_and_what_was_planned_is_dropped(facts: dict, rule: str) -> None:  # type: ignore[type-arg]
    life = Life(somebody(Reason.PRICE))
    life.pass_days(3)
    life.change(**facts)
    assert [(touch.state, touch.because) for touch in life.person.touches] == [(TouchState.SKIPPED, rule)]
    life.pass_days(400)
    assert life.heard == []


def test_somebody_who_agrees_again_goes_on_where_the_plan_was() -> None:
    life = Life(somebody(Reason.PRICE, monthly_value=4900))
    life.pass_days(20)
    life.change(contacts=(replace(BY_EMAIL, consent=False),))
    life.pass_days(10)
    life.change(contacts=(BY_EMAIL,))
    life.pass_days(100)
    assert life.kinds == [CHECK_IN, WELCOME_BACK, REMINDER]


def test_they_are_written_to_where_they_agreed_and_where_we_prefer_to() -> None:
    telegram, email = Contact(Channel.TELEGRAM, consent=True), BY_EMAIL
    for contacts, channel in (
        ((email, telegram), Channel.TELEGRAM),
        ((email, replace(telegram, consent=None)), Channel.EMAIL),
        ((email, replace(telegram, reachable=False)), Channel.EMAIL),
        ((Contact(Channel.PHONE, consent=True),), Channel.PHONE),
    ):
        life = Life(somebody(Reason.PRICE, contacts=contacts))
        life.pass_days(30)
        assert life.heard[0].channel is channel


@pytest.mark.parametrize(
    "name", ["Europe/Lisbon", "Asia/Kathmandu", "Pacific/Chatham", "America/St_Johns", "Pacific/Kiritimati"]
)
def test_nobody_is_written_to_at_night_or_on_a_quiet_day_by_their_own_clock(name: str) -> None:
    zone = ZoneInfo(name)
    for hour in range(0, 168, 5):
        left = LEFT + timedelta(hours=hour)
        life = Life(somebody(Reason.PRICE, left_at=left, zone=zone, monthly_value=4900), now=left, look_at=left)
        life.pass_days(90)
        assert len(life.heard) == 3
        for touch in life.heard:
            local = touch.changed_at.astimezone(zone)
            assert RULES.opens <= local.time() < RULES.closes
            assert local.weekday() not in RULES.quiet_days


def test_a_message_is_held_until_morning_when_somebody_moves_to_another_zone() -> None:
    life = Life(somebody(Reason.PRICE))
    life.pass_days(13.9)
    life.person = replace(life.person, zone=ZoneInfo("Asia/Tokyo"))
    life.pass_days(1)
    held, *_, sent = [touch for touch in life.history if touch.state in (TouchState.HELD, TouchState.SENT)]
    assert held.because == "hold.window"
    local = sent.changed_at.astimezone(ZoneInfo("Asia/Tokyo"))
    assert (local.hour, local.minute) == (9, 0)


def test_nothing_is_sent_while_staff_talk_with_somebody_nor_soon_after() -> None:
    life = Life(somebody(Reason.PRICE))
    life.change(waits_for_staff=True)
    life.pass_days(20)
    assert life.heard == []
    assert life.person.touches[-1].because == "hold.handoff"
    life.change(waits_for_staff=False, last_said_at=life.now)
    life.pass_days(0.9)
    assert life.heard == []
    assert life.person.touches[-1].because == "hold.conversation"
    life.pass_days(3)
    assert life.kinds == [CHECK_IN]


def test_nobody_hears_from_us_more_often_than_the_cap_whatever_it_is_about() -> None:
    life = Life(somebody(Reason.PRICE, monthly_value=4900))
    for number in range(6):
        life.tell(Improvement(str(number), frozenset({Reason.PRICE}), life.now))
        life.pass_days(20)
    life.pass_days(200)
    days = [touch.changed_at for touch in life.heard]
    assert len(days) > RULES.cap
    for day in days:
        assert sum(day <= other <= day + timedelta(days=RULES.cap_days) for other in days) <= RULES.cap
    assert any(touch.because == "hold.cap" for touch in life.history)
    assert all(later - day >= timedelta(days=RULES.cooldown_days) for day, later in pairwise(days))
    assert len(days) <= RULES.attempts


def test_after_so_many_messages_nothing_more_is_sent() -> None:
    life = Life(somebody(Reason.MISSING_FEATURES))
    for number in range(40):
        life.tell(Improvement(str(number), frozenset({Reason.MISSING_FEATURES}), life.now))
        life.pass_days(30)
    assert len(life.heard) == RULES.attempts


def test_a_message_that_may_have_arrived_counts_as_if_it_had() -> None:
    life = Life(somebody(Reason.PRICE, monthly_value=4900), sending=TouchState.UNKNOWN)
    life.pass_days(400)
    assert life.kinds == [CHECK_IN, WELCOME_BACK, REMINDER]
    assert all(touch.state is TouchState.UNKNOWN for touch in life.heard)


def test_a_message_that_could_not_be_sent_is_not_sent_again() -> None:
    life = Life(somebody(Reason.PRICE, monthly_value=4900), sending=TouchState.FAILED)
    life.pass_days(400)
    assert life.heard == []
    assert [touch.kind for touch in life.person.touches] == [CHECK_IN]


def test_whom_nothing_reached_by_day_30_is_left_in_peace_but_for_the_news_they_asked_for() -> None:
    life = Life(somebody(Reason.PRICE, monthly_value=4900))
    life.change(waits_for_staff=True)
    life.pass_days(40)
    life.change(waits_for_staff=False)
    life.pass_days(60)
    assert life.heard == []
    assert life.person.touches[0].because == "late.check_in"
    life.tell(fixed(Reason.PRICE, day=100))
    life.pass_days(30)
    assert life.kinds == [ANNOUNCEMENT]


def test_who_agrees_only_after_day_30_hears_the_news_alone() -> None:
    life = Life(somebody(Reason.PRICE, monthly_value=4900, contacts=()))
    life.pass_days(40)
    life.change(contacts=(BY_EMAIL,))
    life.pass_days(100)
    assert life.heard == []


def test_a_gesture_is_not_reminded_of() -> None:
    life = Life(somebody(Reason.CUSTOMER_SERVICE, monthly_value=4900))
    life.pass_days(400)
    assert life.kinds == [CHECK_IN, WELCOME_BACK]
    assert life.heard[1].offer is not None
    assert life.heard[1].offer.kind is OfferKind.GESTURE


def test_somebody_who_left_long_ago_is_not_suddenly_written_to() -> None:
    life = Life(somebody(Reason.OTHER_UNCLEAR), now=LEFT + timedelta(days=200), look_at=LEFT + timedelta(days=200))
    life.pass_days(100)
    assert life.person.touches == ()


def test_somebody_who_came_back_and_left_again_gets_a_new_plan_and_the_old_caps() -> None:
    life = Life(somebody(Reason.PRICE, monthly_value=4900))
    life.pass_days(60)
    life.change(returned=True)
    life.pass_days(10)
    again = life.now
    life.change(returned=False, leaving=1, left_at=again)
    life.pass_days(200)
    assert life.kinds[:3] == [CHECK_IN, WELCOME_BACK, CHECK_IN]
    assert life.kinds.count(CHECK_IN) == 2


def test_an_offer_is_worth_its_while_or_is_not_made() -> None:
    for monthly, tier in ((9900, "high"), (4900, "middle"), (None, "low")):
        paid = monthly or next(one.floor for one in POLICY.tiers if one.name == tier)
        worth = RULES.offers[Reason.PRICE][tier].value(paid)
        life = Life(somebody(Reason.PRICE, monthly_value=monthly, worth=Worth(10**6, 10**6)))
        life.pass_days(80)
        offer = life.heard[1].offer
        assert offer is not None
        assert offer.worth == worth
    too_small = Life(somebody(Reason.PRICE, monthly_value=100))
    too_small.pass_days(80)
    assert too_small.kinds == [CHECK_IN]


@pytest.mark.parametrize("worth", [Worth(so_far=100, second_life=10**6), Worth(so_far=10**6, second_life=100)])
def test_an_offer_never_costs_more_than_first_and_second_life_allow(worth: Worth) -> None:
    life = Life(somebody(Reason.PRICE, monthly_value=9900, worth=worth))
    life.pass_days(80)
    assert life.kinds == [CHECK_IN]
    assert life.person.touches[-1].because == "offer.above_budget"


def test_who_cancelled_to_get_the_last_offer_gets_none() -> None:
    life = Life(somebody(Reason.PRICE, monthly_value=9900, left_for_offer=True))
    life.pass_days(80)
    assert life.kinds == [CHECK_IN]
    assert life.person.touches[-1].because == "offer.left_for_the_last_one"


def test_a_discount_is_for_the_price_alone() -> None:
    for reason in Reason:
        life = Life(somebody(reason, Reason.PRICE, monthly_value=9900, worth=Worth(10**6, 10**6)))
        life.pass_days(200)
        kinds = {touch.offer.kind for touch in life.heard if touch.offer}
        assert (OfferKind.DISCOUNT in kinds) == (reason is Reason.PRICE)


def test_looking_twice_at_the_same_moment_changes_nothing_the_second_time() -> None:
    life = Life(somebody(Reason.PRICE))
    life.look()
    assert life.look().touches == ()


def test_two_things_due_at_once_are_not_sent_at_once() -> None:
    life = Life(somebody(Reason.PRICE, monthly_value=4900))
    life.pass_days(10)
    life.tell(fixed(Reason.PRICE, day=10))
    life.pass_days(60)
    sent: list[datetime] = [touch.changed_at for touch in life.heard]
    assert len(set(sent)) == len(sent) >= 2
    assert LISBON is life.person.zone


@pytest.mark.parametrize("reason", [Reason.PRICE, Reason.BILLING_ACCOUNT])
def test_who_asked_to_be_asked_again_in_three_months_hears_nothing_before_and_is_asked_then(reason: Reason) -> None:
    life = Life(somebody(reason))
    life.pass_days(20)
    later = life.now + timedelta(days=90)
    life.change(not_before=later)
    life.pass_days(300)
    first, second = life.heard[:2]
    assert first.kind is CHECK_IN
    assert later <= second.changed_at <= later + timedelta(days=3)
    assert all(touch.changed_at >= later for touch in life.heard[1:])
    assert [touch.rule for touch in life.heard].count("winback.asked_later") <= 1


def test_who_said_that_all_is_well_without_us_hears_only_the_news_they_asked_for() -> None:
    life = Life(somebody(Reason.TECHNICAL_RELIABILITY))
    life.pass_days(20)
    life.change(at_rest=True)
    life.tell(fixed(Reason.TECHNICAL_RELIABILITY))
    life.pass_days(300)
    assert life.kinds == [CHECK_IN, ANNOUNCEMENT]
