using System.Text;
using BulkRelay.Core.Bounces;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Smtp;

namespace BulkRelay.EndToEnd.Bounces;

/// <summary>Reports for parsers that others wrote.</summary>
internal static class SampleReport
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 11, 37, 1, TimeSpan.Zero);

    public static readonly MessageEnvelope Message = new()
    {
        Id = 7,
        QueueId = "0F1E27",
        Arrived = Now.AddDays(-1),
        Sender = "app@example.net",
        Size = 1,
        Envid = "campaign+3D7",
    };

    public static RecipientOutcome Outcome(string address, DeliveryAction action = DeliveryAction.Failed) => new(
        new QueuedRecipient { Number = 0, Address = address, Orcpt = "rfc822;list+2B" + address, Destination = new DestinationKey("smtp", "example.com"), Due = Now },
        action, new EnhancedStatus(action switch { DeliveryAction.Failed => 5, DeliveryAction.Deferred => 4, _ => 2 }, 1, 1),
        "host mx.example.com[192.0.2.1] said: 550 5.1.1 no such user (in reply to RCPT TO command)")
    {
        DiagnosticCode = "smtp; 550 5.1.1 no such user, and a long explanation that has to be folded over several lines",
        RemoteMta = "mx.example.com",
        IsRelayed = action == DeliveryAction.Delivered,
    };

    /// <summary>The octets of a report.</summary>
    public static byte[] Make(ReportKind kind, MessageEnvelope message, string content, params RecipientOutcome[] outcomes)
    {
        using var log = new MailLog(() => Stream.Null, "relay", TimeProvider.System);
        var snapshot = ConfigSnapshot.With(("myhostname", "relay.example.net"));
        var reporter = new Reporter(() => snapshot, () => 8, log.For("postfix", "bounce"), log.For("postfix", "cleanup"));
        var built = reporter.Build(new ReportRequest(kind, message, outcomes, MessageContent.From(Encoding.UTF8.GetBytes(content)), Now));
        return built.ShouldHaveSingleItem().Message.Content.ToArray();
    }
}
