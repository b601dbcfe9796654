"""Names the reasons for which a customer leaves, and maps them to the words billing systems use.

It must not say what follows from a reason: that is policy.
"""

from __future__ import annotations

from enum import StrEnum


class BillingReason(StrEnum):
    """The cancellation reasons that billing systems share, for import and export."""

    CUSTOMER_SERVICE = "customer_service"
    LOW_QUALITY = "low_quality"
    MISSING_FEATURES = "missing_features"
    OTHER = "other"
    SWITCHED_SERVICE = "switched_service"
    TOO_COMPLEX = "too_complex"
    TOO_EXPENSIVE = "too_expensive"
    UNUSED = "unused"

    @property
    def reason(self) -> Reason | None:
        """The reason to go by for somebody who never told us one; None where the billing system knows none either."""
        return _FROM_BILLING.get(self)


class Reason(StrEnum):
    """One of twelve reasons for leaving, or `OTHER_UNCLEAR`, which stands only alone.

    Values are stored and exported, so a value is never renamed: a new reason is added beside the old.
    """

    PRICE = "price"
    PRODUCT_QUALITY = "product_quality"
    MISSING_FEATURES = "missing_features"
    CUSTOMER_SERVICE = "customer_service"
    COMPETITOR = "competitor"
    RELOCATION = "relocation"
    NO_LONGER_NEEDED = "no_longer_needed"
    DELIVERY_FULFILMENT = "delivery_fulfilment"
    BILLING_ACCOUNT = "billing_account"
    TRUST_PRIVACY = "trust_privacy"
    POOR_FIT_EXPECTATIONS = "poor_fit_expectations"
    TECHNICAL_RELIABILITY = "technical_reliability"
    OTHER_UNCLEAR = "other_unclear"

    @property
    def title(self) -> str:  # type: ignore[override]  # A reason is never put into title case: its title is its name.
        """The short name staff read in the console."""
        return _TITLES[self]

    @property
    def billing(self) -> BillingReason:
        """The reason by which a billing system knows this one."""
        return _BILLING[self]


_TITLES = {
    Reason.PRICE: "Price",
    Reason.PRODUCT_QUALITY: "Product quality",
    Reason.MISSING_FEATURES: "Missing features",
    Reason.CUSTOMER_SERVICE: "Customer service",
    Reason.COMPETITOR: "Competitor",
    Reason.RELOCATION: "Moved away",
    Reason.NO_LONGER_NEEDED: "No longer needed",
    Reason.DELIVERY_FULFILMENT: "Delivery and fulfilment",
    Reason.BILLING_ACCOUNT: "Billing and account",
    Reason.TRUST_PRIVACY: "Trust and privacy",
    Reason.POOR_FIT_EXPECTATIONS: "Not what they expected",
    Reason.TECHNICAL_RELIABILITY: "Technical reliability",
    Reason.OTHER_UNCLEAR: "Other or unclear",
}

_BILLING = {
    Reason.PRICE: BillingReason.TOO_EXPENSIVE,
    Reason.PRODUCT_QUALITY: BillingReason.LOW_QUALITY,
    Reason.MISSING_FEATURES: BillingReason.MISSING_FEATURES,
    Reason.CUSTOMER_SERVICE: BillingReason.CUSTOMER_SERVICE,
    Reason.COMPETITOR: BillingReason.SWITCHED_SERVICE,
    Reason.RELOCATION: BillingReason.OTHER,
    Reason.NO_LONGER_NEEDED: BillingReason.UNUSED,
    Reason.DELIVERY_FULFILMENT: BillingReason.OTHER,
    Reason.BILLING_ACCOUNT: BillingReason.OTHER,
    Reason.TRUST_PRIVACY: BillingReason.OTHER,
    Reason.POOR_FIT_EXPECTATIONS: BillingReason.TOO_COMPLEX,
    Reason.TECHNICAL_RELIABILITY: BillingReason.LOW_QUALITY,
    Reason.OTHER_UNCLEAR: BillingReason.OTHER,
}

_FROM_BILLING = {
    BillingReason.CUSTOMER_SERVICE: Reason.CUSTOMER_SERVICE,
    BillingReason.LOW_QUALITY: Reason.PRODUCT_QUALITY,
    BillingReason.MISSING_FEATURES: Reason.MISSING_FEATURES,
    BillingReason.SWITCHED_SERVICE: Reason.COMPETITOR,
    BillingReason.TOO_COMPLEX: Reason.POOR_FIT_EXPECTATIONS,
    BillingReason.TOO_EXPENSIVE: Reason.PRICE,
    BillingReason.UNUSED: Reason.NO_LONGER_NEEDED,
}
