using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Tests.Configuration;

public class TransportParameterTests
{
    [Fact]
    public void A_transport_without_a_value_of_its_own_has_the_common_one()
    {
        var config = ConfigSnapshot.With(("default_destination_concurrency_limit", "7"), ("relay_destination_concurrency_limit", "3"));

        config.Get("smtp", TransportParameters.DestinationConcurrencyLimit).ShouldBe(7);
        config.Get("relay", TransportParameters.DestinationConcurrencyLimit).ShouldBe(3);
    }

    [Fact]
    public void The_longest_suffix_decides_which_parameter_a_name_means()
    {
        var config = ConfigSnapshot.With(("smtp_destination_recipient_limit", "9"), ("smtp_extra_recipient_limit", "8"), ("smtp_recipient_limit", "7"));

        config.Get("smtp", TransportParameters.DestinationRecipientLimit).ShouldBe(9);
        config.Get("smtp", TransportParameters.ExtraRecipientLimit).ShouldBe(8);
        config.Get("smtp", TransportParameters.RecipientLimit).ShouldBe(7);
    }

    [Fact]
    public void The_common_parameter_is_not_taken_for_one_of_a_transport_called_default()
    {
        ParameterCatalog.FindPerTransport("default_destination_recipient_limit", out _).ShouldBeNull();
        ParameterCatalog.FindPerTransport("initial_destination_concurrency", out _).ShouldBeNull();
    }

    [Fact]
    public void A_bad_value_names_the_parameter_of_the_transport() =>
        Should.Throw<FormatException>(() => ConfigSnapshot.With(("smtp_initial_destination_concurrency", "0")))
            .Message.ShouldStartWith("smtp_initial_destination_concurrency: ");

    [Theory]
    [InlineData("1", 10, 1)]
    [InlineData("1/4", 10, 0.25)]
    [InlineData("1/concurrency", 10, 0.1)]
    [InlineData("0.5 / concurrency", 5, 0.1)]
    [InlineData("1/sqrt_concurrency", 4, 0.5)]
    public void Feedback_depends_on_the_window_as_its_form_says(string text, int window, double amount)
    {
        ConcurrencyFeedback.Parse(text, out var fault).At(window).ShouldBe(amount, 1e-9);
        fault.ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("-1")]
    [InlineData("1/0")]
    [InlineData("3/2")]
    [InlineData("1/sessions")]
    public void Feedback_outside_0_to_1_is_a_fault(string text)
    {
        ConcurrencyFeedback.Parse(text, out var fault);
        fault.ShouldNotBeNull();
    }
}
