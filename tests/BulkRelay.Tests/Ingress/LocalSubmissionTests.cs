using System.IO.Pipelines;
using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Ingress;

public sealed class LocalSubmissionTests : IDisposable
{
    private readonly MemoryStream _logged = new();
    private readonly MailLog _log;
    private readonly List<IncomingMessage> _queued = [];
    private readonly IngressServices _services;
    private readonly LocalSubmission _way;
    private StoreResult _answer = StoreResult.Stored;

    public LocalSubmissionTests()
    {
        var time = new FakeTimeProvider();
        _log = new MailLog(() => _logged, "relay", time);
        _services = new IngressServices
        {
            Submit = (message, _) =>
            {
                if (_answer == StoreResult.Stored) _queued.Add(message);
                return ValueTask.FromResult(_answer);
            },
            NextMessageId = () => 7,
            Log = _log,
            Time = time,
        };
        var snapshot = ConfigSnapshot.With(("myhostname", "relay.test"), ("myorigin", "origin.test"), ("message_size_limit", "1000"));
        _way = new LocalSubmission(() => snapshot, _services);
    }

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task A_message_of_a_program_is_completed_and_queued()
    {
        var envelope = Envelope with { Sender = "app", Recipients = ["a@y.test", "ops"], Notify = "success,delay", Ret = "hdrs", Envid = "id+2B1", Verp = "", UserId = 1000 };
        var result = await SubmitAsync(envelope, "Subject: hello\nBcc: c@y.test\n\nBody\n");
        result.IsQueued.ShouldBeTrue();
        var message = _queued.ShouldHaveSingleItem();
        message.Envelope.ShouldSatisfyAllConditions(e => e.QueueId.ShouldBe(result.QueueId), e => e.Sender.ShouldBe("app@origin.test"), e => e.Ret.ShouldBe("HDRS"),
            e => e.Envid.ShouldBe("id+2B1"), e => e.Verp.ShouldBe("+="), e => e.Size.ShouldBe(message.Content.Length), e => e.IsSmtpUtf8.ShouldBeFalse());
        message.Recipients.Select(r => (r.Address, r.Notify)).ShouldBe([("a@y.test", "SUCCESS,DELAY"), ("ops@origin.test", "SUCCESS,DELAY")]);
        var text = Encoding.UTF8.GetString(message.Content.ToArray());
        text.ShouldStartWith($"Received: by relay.test (BulkRelay, from userid 1000)\r\n\tid {result.QueueId}; ");
        text.ShouldContain("\r\nSubject: hello\r\n");
        text.ShouldContain("\r\nFrom: app@origin.test\r\n");
        text.ShouldContain("\r\nMessage-Id: <");
        text.ShouldNotContain("Bcc");
        text.ShouldEndWith("\r\n\r\nBody\r\n");
        _log.Dispose();
        var log = Encoding.UTF8.GetString(_logged.ToArray());
        log.ShouldContain($"postfix/pickup[{Environment.ProcessId}]: {result.QueueId}: uid=1000 from=<app>\n");
        log.ShouldContain($"postfix/cleanup[{Environment.ProcessId}]: {result.QueueId}: message-id=<");
    }

    [Fact]
    public async Task A_recipient_that_is_named_twice_gets_it_once()
    {
        var envelope = Envelope with { Recipients = ["b@y.test", "ops", "B@Y.test", "ops@origin.test", "c@y.test"] };
        (await SubmitAsync(envelope, "Subject: hello\n\nBody\n")).IsQueued.ShouldBeTrue();
        _queued.ShouldHaveSingleItem().Recipients.Select(r => r.Address).ShouldBe(["b@y.test", "ops@origin.test", "c@y.test"]);
    }

    [Fact]
    public async Task A_UTF8_address_makes_a_message_that_needs_SMTPUTF8()
    {
        await SubmitAsync(Envelope with { Recipients = ["用户@y.test"] }, "Subject: grüße\n\n");
        _queued.Single().Envelope.ShouldSatisfyAllConditions(e => e.IsSmtpUtf8.ShouldBeTrue(), e => e.Is8Bit.ShouldBeFalse());
    }

    [Fact]
    public async Task What_is_wrong_with_an_envelope_is_told()
    {
        await RefusedAsync(Envelope with { Sender = "a@b@c\n" }, "5.1.7 bad sender address syntax");
        await RefusedAsync(Envelope with { Recipients = ["a@y.test", "b\r\nDATA"] }, "5.1.3 bad recipient address syntax");
        await RefusedAsync(Envelope with { Recipients = [""] }, "5.1.3 bad recipient address syntax");
        await RefusedAsync(Envelope with { Recipients = [] }, "5.5.1 no recipients");
        await RefusedAsync(Envelope with { Notify = "SOMETIMES" }, "5.5.4 Error: Bad NOTIFY parameter syntax");
        await RefusedAsync(Envelope with { Notify = "NEVER ORCPT=rfc822;x" }, null);
        await RefusedAsync(Envelope with { Ret = "ALL" }, "5.5.4 Bad RET parameter syntax");
        await RefusedAsync(Envelope with { Envid = "a+0Ab" }, "5.5.4 Bad ENVID parameter syntax");
        await RefusedAsync(Envelope with { Verp = "ab" }, "5.5.4 VERP needs two characters from -=+");
        await RefusedAsync(Envelope with { Sender = "", Verp = "" }, "5.5.4 VERP requires non-null sender");

        async Task RefusedAsync(Submission envelope, string? reason)
        {
            var result = await SubmitAsync(envelope, "Subject: x\n\n");
            if (reason is not null) result.Refusal.ShouldBe(reason);
            _queued.ShouldAllBe(m => m.Recipients.All(r => r.Orcpt.Length == 0 && !r.Address.Contains('\n')));
        }
    }

    [Fact]
    public async Task What_is_wrong_with_the_content_is_told_and_its_room_is_given_back()
    {
        (await SubmitAsync(Envelope, new string('x', 5000))).Refusal.ShouldBe("5.3.4 message file too big");
        (await SubmitAsync(Envelope, "a\0b")).Refusal.ShouldBe("5.6.0 message contains NUL characters");
        (await SubmitAsync(Envelope, string.Concat(Enumerable.Repeat("Received: x\n", 60)))).Refusal.ShouldBe("5.4.0 too many hops");
        _queued.ShouldBeEmpty();
        _services.LocalMemory.Used.ShouldBe(0);
    }

    /// <summary>Programs that are slow must neither take the room of SMTP clients nor make their service look overloaded.</summary>
    [Fact]
    public async Task Local_mail_takes_no_room_from_SMTP_clients()
    {
        var (content, sizes) = (new Pipe(), new List<long>());
        var submitting = _way.SubmitAsync(Envelope, content.Reader.AsStream(), default).AsTask();
        await content.Writer.WriteAsync(Encoding.UTF8.GetBytes("Subject: slow\n\n"));
        sizes.Add(_services.ContentMemory.Used);
        sizes.Add(_services.LocalMemory.Used);
        await content.Writer.CompleteAsync();
        (await submitting).IsQueued.ShouldBeTrue();
        sizes[0].ShouldBe(0);
        sizes[1].ShouldBeGreaterThan(0);
        _services.LocalMemory.Used.ShouldBe(0);
    }

    /// <summary>
    /// All of them together have a quarter of what SMTP clients have; and whatever the sizes are, one message finds room.
    /// </summary>
    [Theory]
    [InlineData("100000000", "1000000", 25)]
    [InlineData("100000000", "30000000", 1)]
    [InlineData("100000000", "0", 100)]
    [InlineData("2000000", "1500000", 1)]
    public async Task Local_mail_has_a_share_of_the_memory(string memory, string size, int least)
    {
        var snapshot =
            ConfigSnapshot.With(("myhostname", "relay.test"), ("message_size_limit", size), ("smtpd_content_memory_limit", memory));
        var way = new LocalSubmission(() => snapshot, _services);
        using var room = way.RoomForEnvelope();
        for (var i = 0; i < least; i++) room.TryHold((i + 1) * 1_000_000L / 3).ShouldBeTrue();
        room.TryHold(100_000_000).ShouldBeFalse();
        room.IsShort.ShouldBeTrue();
        room.Dispose();
        _services.LocalMemory.Used.ShouldBe(0);
        var octets = size == "0" ? 50_000_000 : int.Parse(size, System.Globalization.CultureInfo.InvariantCulture) - 1000;
        (await way.SubmitAsync(Envelope, new MemoryStream(Encoding.UTF8.GetBytes("Subject: x\n\n" + new string('x', octets))),
            default)).Refusal.ShouldBe("");
    }

    [Fact]
    public async Task An_envelope_is_bounded()
    {
        using var room = _way.RoomForEnvelope();
        var endless = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await endless.Writer.WriteAsync(new byte[5 << 20]);
        (await SubmissionText.ReadEnvelopeAsync(endless.Reader, room, default)).ShouldBeNull();
        room.IsShort.ShouldBeFalse();

        var small = new LocalSubmission(() => ConfigSnapshot.With(("smtpd_content_memory_limit", "1048576"),
            ("message_size_limit", "1000")), _services);
        using var little = small.RoomForEnvelope();
        var longish = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await longish.Writer.WriteAsync(new byte[1 << 20]);
        (await SubmissionText.ReadEnvelopeAsync(longish.Reader, little, default)).ShouldBeNull();
        little.IsShort.ShouldBeTrue();
    }

    [Theory]
    [InlineData(StoreResult.Full, "4.3.1 Insufficient system storage")]
    [InlineData(StoreResult.Unavailable, "4.3.0 queue file write error")]
    public async Task A_queue_that_cannot_take_it_says_so(StoreResult answer, string reason)
    {
        _answer = answer;
        var result = await SubmitAsync(Envelope, "Subject: x\n\n");
        result.ShouldSatisfyAllConditions(r => r.IsQueued.ShouldBeFalse(), r => r.IsTemporary.ShouldBeTrue(), r => r.Refusal.ShouldBe(reason));
    }

    private static Submission Envelope => new() { Sender = "a@x.test", Recipients = ["b@y.test"] };

    private async Task<SubmissionResult> SubmitAsync(Submission submission, string content) =>
        await _way.SubmitAsync(submission, new MemoryStream(Encoding.UTF8.GetBytes(content)), default);
}
