namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>What each transport may set for itself: the limits and the pace of its deliveries.</summary>
public static class TransportParameters
{
    public static readonly ParameterGroup Group = new("Transports and destinations");

    public static readonly TransportParameter<int> DestinationConcurrencyLimit = Group.PerTransport("_destination_concurrency_limit",
        Group.Int("default_destination_concurrency_limit", "20",
            "The most deliveries to one destination at once. 0 is unlimited.", unit: "deliveries"));

    public static readonly TransportParameter<int> InitialDestinationConcurrency = Group.PerTransport("_initial_destination_concurrency",
        Group.Int("initial_destination_concurrency", "5",
            "The number of deliveries at once with which a destination begins.", min: 1, unit: "deliveries"));

    public static readonly TransportParameter<ConcurrencyFeedback> DestinationConcurrencyPositiveFeedback = Group.PerTransport(
        "_destination_concurrency_positive_feedback",
        Group.Custom("default_destination_concurrency_positive_feedback", "1",
            "By how much a completed delivery raises the concurrency of its destination.", ConcurrencyFeedback.Parse, FeedbackRange));

    public static readonly TransportParameter<ConcurrencyFeedback> DestinationConcurrencyNegativeFeedback = Group.PerTransport(
        "_destination_concurrency_negative_feedback",
        Group.Custom("default_destination_concurrency_negative_feedback", "1",
            "By how much a failed connection or handshake lowers the concurrency of its destination.", ConcurrencyFeedback.Parse, FeedbackRange));

    public static readonly TransportParameter<int> DestinationConcurrencyFailedCohortLimit = Group.PerTransport(
        "_destination_concurrency_failed_cohort_limit",
        Group.Int("default_destination_concurrency_failed_cohort_limit", "1",
            "How many pseudo-cohorts of failed deliveries in a row stop a destination for minimal_backoff_time. 0 is never."));

    public static readonly TransportParameter<int> DestinationRecipientLimit = Group.PerTransport("_destination_recipient_limit",
        Group.Int("default_destination_recipient_limit", "50",
            "The most recipients in one delivery. With 1, each recipient is a destination of its own.", unit: "recipients"));

    public static readonly TransportParameter<TimeSpan> DestinationRateDelay = Group.PerTransport("_destination_rate_delay",
        Group.Time("default_destination_rate_delay", "0s",
            "The pause after each delivery to a destination. Other than 0, deliveries to one destination go one at a time, and a "
            + "failed cohort limit of 10 or more is advisable: with the default a single failure defers what waits.",
            max: ParameterGroup.AnyTime));

    public static readonly TransportParameter<TimeSpan> TransportRateDelay = Group.PerTransport("_transport_rate_delay",
        Group.Time("default_transport_rate_delay", "0s",
            "The pause before each delivery of one transport, over all of its destinations: never more than one begins in that time.",
            max: ParameterGroup.AnyTime));

    public static readonly TransportParameter<int> RecipientLimit = Group.PerTransport("_recipient_limit",
        Group.Int("default_recipient_limit", "20000", "Without effect: recipients are read on from the store when there is room.", unit: "recipients"));

    public static readonly TransportParameter<int> ExtraRecipientLimit = Group.PerTransport("_extra_recipient_limit",
        Group.Int("default_extra_recipient_limit", "1000",
            "Without effect: recipients are read on from the store when there is room.", unit: "recipients"));

    public static readonly TransportParameter<int> RecipientRefillLimit = Group.PerTransport("_recipient_refill_limit",
        Group.Int("default_recipient_refill_limit", "100", "Without effect: recipients are read on from the store when there is room.", min: 1, unit: "recipients"));

    public static readonly TransportParameter<TimeSpan> RecipientRefillDelay = Group.PerTransport("_recipient_refill_delay",
        Group.Time("default_recipient_refill_delay", "5s", "Without effect: recipients are read on from the store when there is room.",
        min: TimeSpan.FromSeconds(1), max: ParameterGroup.AnyTime));

    public static readonly TransportParameter<int> DeliverySlotCost = Group.PerTransport("_delivery_slot_cost",
        Group.Int("default_delivery_slot_cost", "5",
            "Without effect: the flows of a destination have fair shares instead."));

    public static readonly TransportParameter<int> DeliverySlotLoan = Group.PerTransport("_delivery_slot_loan",
        Group.Int("default_delivery_slot_loan", "3", "Without effect: the flows of a destination have fair shares instead."));

    public static readonly TransportParameter<int> DeliverySlotDiscount = Group.PerTransport("_delivery_slot_discount",
        Group.Int("default_delivery_slot_discount", "50", "Without effect: the flows of a destination have fair shares instead.", max: 100, unit: "percent"));

    public static readonly TransportParameter<int> MinimumDeliverySlots = Group.PerTransport("_minimum_delivery_slots",
        Group.Int("default_minimum_delivery_slots", "3", "Without effect: the flows of a destination have fair shares instead."));

    private const string FeedbackRange = "0 to 1: number, number/number, number/concurrency or number/sqrt_concurrency";
}
