using System.Net;
using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Egress;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;

namespace BulkRelay.EndToEnd.Egress;

/// <summary>The SMTP client against a server that is not ours.</summary>
public sealed class SmtpSinkTests : IDisposable
{
    private const string Lost = "lost connection with 127.0.0.1[127.0.0.1] while ";
    private const string Content = "Subject: to the sink\r\n\r\nHello.\r\n.a dot\r\n..\r\nend\r\n";

    private readonly MailLog _log = new(() => Stream.Null, "relay", TimeProvider.System);

    [Theory]
    [InlineData("")]
    [InlineData("-p")]
    [InlineData("-e")]
    [InlineData("-8")]
    [InlineData("-N")]
    [InlineData("-f EHLO")]
    [InlineData("-r EHLO")]
    public async Task Mail_arrives_whatever_the_sink_offers(string options)
    {
        await using var sink = await SmtpSink.StartAsync(Words(options));

        var outcome = await DeliverAsync(sink, "a@example.net", "b@example.net");

        outcome.Recipients.ShouldAllBe(r => r.Action == DeliveryAction.Delivered);
        outcome.Recipients[0].Reason.ShouldStartWith("250 2.0.0 Ok");
        sink.Messages.ShouldHaveSingleItem().ShouldEndWith(Content.Replace("\r\n", "\n") + "\n");
    }

    [Theory]
    [InlineData("-r MAIL", DeliveryAction.Deferred, "said: 450 4.3.0 Error: command failed (in reply to MAIL FROM command)", false)]
    [InlineData("-f MAIL", DeliveryAction.Failed, "said: 500 5.3.0 Error: command failed (in reply to MAIL FROM command)", false)]
    [InlineData("-r RCPT", DeliveryAction.Deferred, "said: 450 4.3.0 Error: command failed (in reply to RCPT TO command)", false)]
    [InlineData("-f RCPT", DeliveryAction.Failed, "said: 500 5.3.0 Error: command failed (in reply to RCPT TO command)", false)]
    [InlineData("-r DATA", DeliveryAction.Deferred, "said: 450 4.3.0 Error: command failed (in reply to DATA command)", false)]
    [InlineData("-f DATA", DeliveryAction.Failed, "said: 500 5.3.0 Error: command failed (in reply to DATA command)", false)]
    [InlineData("-r .", DeliveryAction.Deferred, "said: 450 4.3.0 Error: command failed (in reply to end of DATA command)", false)]
    [InlineData("-f .", DeliveryAction.Failed, "said: 500 5.3.0 Error: command failed (in reply to end of DATA command)", false)]
    [InlineData("-A 0", DeliveryAction.Failed, "(in reply to end of DATA command)", false)]
    [InlineData("-Q .", DeliveryAction.Deferred, "(in reply to end of DATA command)", false)]
    [InlineData("-r CONNECT", DeliveryAction.Deferred, "refused to talk to me: 450", true)]
    [InlineData("-f CONNECT", DeliveryAction.Deferred, "refused to talk to me: 500", true)]
    [InlineData("-Q EHLO", DeliveryAction.Deferred, "refused to talk to me: 421", true)]
    [InlineData("-q CONNECT", DeliveryAction.Deferred, Lost + "receiving the initial server greeting", true)]
    [InlineData("-q EHLO", DeliveryAction.Deferred, Lost + "performing the EHLO handshake", true)]
    [InlineData("-q MAIL", DeliveryAction.Deferred, Lost + "sending MAIL FROM", true)]
    [InlineData("-q RCPT", DeliveryAction.Deferred, Lost + "sending", true)]
    [InlineData("-q DATA", DeliveryAction.Deferred, Lost + "sending", true)]
    [InlineData("-q .", DeliveryAction.InDoubt, Lost + "sending end of data -- message may be sent more than once", true)]
    public async Task What_goes_wrong_at_the_sink_has_its_outcome(string options, DeliveryAction action, string reason, bool isSiteTrouble)
    {
        await using var sink = await SmtpSink.StartAsync(Words(options));

        var outcome = await DeliverAsync(sink, "a@example.net");

        outcome.Recipients[0].Action.ShouldBe(action);
        outcome.Recipients[0].Reason.ShouldContain(reason);
        (outcome.SiteTrouble is not null).ShouldBe(isSiteTrouble);
    }

    [Fact]
    public async Task Hundreds_of_mails_go_out_on_one_kept_connection_each_once()
    {
        await using var sink = await SmtpSink.StartAsync();
        await using var agent = CreateAgent(sink);
        var request = Request(sink, "a@example.net");

        for (var i = 0; i < 300; i++)
        {
            var outcome = await agent.DeliverAsync(request, CancellationToken.None);
            outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
            outcome.ConnectionUses.ShouldBe(i);
        }

        sink.Messages.Count.ShouldBe(300);
    }

    public void Dispose() => _log.Dispose();

    private async Task<DeliveryOutcome> DeliverAsync(SmtpSink sink, params string[] recipients)
    {
        await using var agent = CreateAgent(sink);
        return await agent.DeliverAsync(Request(sink, recipients), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
    }

    private IDeliveryAgent CreateAgent(SmtpSink sink)
    {
        var services = new EgressServices(TimeProvider.System, FindLiteral, new OwnEndpoints([], []));
        var config = ConfigSnapshot.With(("smtp_helo_name", "relay.test"));
        var transport = new SmtpTransport("smtp", config, _log.For("postfix", "smtp"), services, new LookupTableSet(config, TimeProvider.System, _ => { }));
        return transport.CreateAgent(new DestinationKey("smtp", sink.Nexthop));
    }

    private static DeliveryRequest Request(SmtpSink sink, params string[] recipients)
    {
        var destination = new DestinationKey("smtp", sink.Nexthop);
        var message = new MessageEnvelope
        {
            Id = 1,
            QueueId = "4F2A1",
            Arrived = DateTimeOffset.UnixEpoch,
            Sender = "s@example.com",
            Size = Content.Length,
        };
        var queued = recipients.Select((address, i) =>
            new QueuedRecipient { Number = i, Address = address, Destination = destination, Due = DateTimeOffset.UnixEpoch });
        return new DeliveryRequest(new QueueEntry(message, destination, [.. queued]),
            MessageContent.From(Encoding.ASCII.GetBytes(Content)));
    }

    private static ValueTask<MailHosts> FindLiteral(Nexthop nexthop, ConfigSnapshot config, OwnHost own, CancellationToken cancel) =>
        ValueTask.FromResult(MailHosts.Found([new MailHost(nexthop.Name, IPAddress.Parse(nexthop.Name), nexthop.Port, 0)]));

    private static string[] Words(string options) => options.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
