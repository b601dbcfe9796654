"""What a billing system says of a leaving is understood, and what we tell it comes back the same."""

from __future__ import annotations

import pytest

from bot.retention.reasons import BillingReason, Reason


@pytest.mark.parametrize(
    ("billing", "reason"),
    [
        (BillingReason.TOO_EXPENSIVE, Reason.PRICE),
        (BillingReason.LOW_QUALITY, Reason.PRODUCT_QUALITY),
        (BillingReason.MISSING_FEATURES, Reason.MISSING_FEATURES),
        (BillingReason.CUSTOMER_SERVICE, Reason.CUSTOMER_SERVICE),
        (BillingReason.SWITCHED_SERVICE, Reason.COMPETITOR),
        (BillingReason.UNUSED, Reason.NO_LONGER_NEEDED),
        (BillingReason.TOO_COMPLEX, Reason.POOR_FIT_EXPECTATIONS),
        (BillingReason.OTHER, None),
    ],
)
def test_what_the_billing_system_knows_of_a_leaving_is_one_of_our_reasons(
    billing: BillingReason, reason: Reason | None
) -> None:
    assert billing.reason is reason


@pytest.mark.parametrize("billing", list(BillingReason))
def test_a_reason_that_came_from_the_billing_system_goes_back_as_what_it_was(billing: BillingReason) -> None:
    assert billing.reason is None or billing.reason.billing is billing
