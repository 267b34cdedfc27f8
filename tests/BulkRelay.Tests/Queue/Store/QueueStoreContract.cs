using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Flows;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Smtp;
using static BulkRelay.Tests.Queue.Store.TestMessages;

namespace BulkRelay.Tests.Queue.Store;

/// <summary>What every queue store promises. One subclass per store.</summary>
public abstract partial class QueueStoreContract : IAsyncLifetime
{
    protected IQueueStore Store { get; private set; } = null!;

    public async Task InitializeAsync() => Store = await OpenAsync();

    public virtual async Task DisposeAsync() => await Store.DisposeAsync();

    private static NewMessage Flow(NewMessage message, string flow) => message with { Envelope = message.Envelope with { Flow = flow } };

    /// <summary>An empty store.</summary>
    protected abstract Task<IQueueStore> OpenAsync();

    /// <summary>Around a segment, around what one statement of PostgreSQL takes, and well beyond.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(MessageContent.SegmentSize - 1)]
    [InlineData(MessageContent.SegmentSize)]
    [InlineData(MessageContent.SegmentSize + 1)]
    [InlineData(16 * 1024 * 1024)]
    [InlineData(40_000_000)]
    public async Task Content_of_any_size_is_read_as_it_was_stored(int size)
    {
        var octets = new byte[size];
        new Random(size).NextBytes(octets);
        var message = await Store.AddOkAsync(Store.With([Recipient(0, Example, Noon)], MessageContent.From(octets)));
        var beside = await Store.AddOkAsync(Store.To(Example, Noon));
        var content = (await Store.ReadContentAsync(message.Id, default)).ShouldNotBeNull();
        content.Length.ShouldBe(size);
        content.ToArray().AsSpan().SequenceEqual(octets).ShouldBeTrue();
        (await Store.ReadContentAsync(beside.Id, default)).ShouldNotBeNull().Length.ShouldBe(20);
    }

    [Fact]
    public async Task A_stored_message_is_found_with_all_that_was_given()
    {
        var added = Store.To(Example, Noon);
        var envelope = added.Envelope with
        {
            Sender = "\"odd local\"@exämple.org",
            Is8Bit = true,
            IsSmtpUtf8 = true,
            Ret = "HDRS",
            Envid = "a+2Bb",
            ClientName = "client.example.net",
            ClientAddress = "2001:db8::1",
            HeloName = "hélo",
            Protocol = "ESMTP",
            SaslLogin = "jürgen",
            Flow = "newsletter 2026-11",
            Priority = FlowPriority.Bulk,
            IsExpired = true,
            WarnAt = Noon.AddHours(4),
            IsWarned = true,
            Trace = DeliveryTrace.Record,
            Filter = "scan:[127.0.0.1]:10026",
            Verp = "+=",
        };
        var recipient = new QueuedRecipient
        {
            Number = 0,
            Address = "ünï@example.com",
            Orcpt = "rfc822;x+40y",
            Notify = "SUCCESS,DELAY",
            Destination = Elsewhere,
            Due = Noon.AddMicroseconds(7),
            Attempts = 3,
            Reason = "host said: 450 4.2.0 später",
            Status = new EnhancedStatus(4, 2, 999),
            InDoubt = 2,
        };

        await Store.AddOkAsync(added with { Envelope = envelope, Recipients = [recipient] });

        var found = (await Store.FindAsync(envelope.QueueId, default)).ShouldNotBeNull();
        found.Envelope.ShouldBe(envelope);
        found.Recipients.ShouldBe([recipient]);
    }

    [Fact]
    public async Task Empty_texts_stay_empty()
    {
        var added = Store.To(new DestinationKey("local", ""), Noon);
        await Store.AddOkAsync(added with { Envelope = added.Envelope with { Sender = "" } });

        var found = (await Store.FindAsync(added.Envelope.QueueId, default)).ShouldNotBeNull();
        found.Envelope.Sender.ShouldBe("");
        found.Recipients[0].Reason.ShouldBe("");
        (await Store.ReadBacklogAsync(default)).ShouldHaveSingleItem().Destination.ShouldBe(new DestinationKey("local", ""));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(MessageContent.SegmentSize)]
    [InlineData(3 * MessageContent.SegmentSize + 17)]
    public async Task Content_comes_back_octet_by_octet(int length)
    {
        var octets = new byte[length];
        new Random(length).NextBytes(octets);
        var envelope = await Store.AddOkAsync(Store.With([Recipient(0, Example, Noon)], MessageContent.From(octets)));

        var content = (await Store.ReadContentAsync(envelope.Id, default)).ShouldNotBeNull();

        content.ToArray().ShouldBe(octets);
        content.Segments.ShouldAllBe(segment => segment.Length <= MessageContent.SegmentSize);
    }

    [Fact]
    public async Task Nothing_is_found_under_a_name_or_an_id_that_is_not_there()
    {
        var envelope = await Store.AddOkAsync(Store.To(Example, Noon));
        var sameIdOtherTime = QueueId.Format(envelope.Arrived.AddMicroseconds(1), envelope.Id, longForm: true);

        (await Store.FindAsync(sameIdOtherTime, default)).ShouldBeNull();
        (await Store.FindAsync("no queue id", default)).ShouldBeNull();
        (await Store.ReadContentAsync(envelope.Id + 1, default)).ShouldBeNull();
        (await Store.DeleteAsync(sameIdOtherTime)).ShouldBeFalse();
        (await Store.CountAsync(default)).ShouldBe(1);
    }

    [Fact]
    public async Task Message_ids_are_never_given_twice()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            Task.Run(() => Enumerable.Range(0, 20_000).Select(_ => Store.NextMessageId()).ToList())));
        ids.SelectMany(each => each).Distinct().Count().ShouldBe(80_000);
    }

    [Fact]
    public async Task Due_recipients_come_earliest_first_and_not_before_their_time()
    {
        var late = await Store.AddOkAsync(Store.To(Example, Noon.AddMinutes(2)));
        var early = await Store.AddOkAsync(Store.To(Example, Noon.AddMinutes(1)));
        await Store.AddOkAsync(Store.To(Example, Noon.AddMinutes(3)));
        await Store.AddOkAsync(Store.To(Elsewhere, Noon));

        var entries = await Store.ReadDueAsync(Example, Noon.AddMinutes(2), 10, 0, default);

        entries.Select(entry => entry.Message.Id).ShouldBe([early.Id, late.Id]);
        entries.ShouldAllBe(entry => entry.IsWholeMessage && entry.Destination == Example && entry.Content == null);
        (await Store.NextDueAsync(Example, DateTimeOffset.MinValue, default)).ShouldBe(Noon.AddMinutes(1));
        (await Store.NextDueAsync(Example, Noon.AddMinutes(1), default)).ShouldBe(Noon.AddMinutes(2));
        (await Store.NextDueAsync(Example, Noon.AddMinutes(3), default)).ShouldBeNull();
    }

    [Fact]
    public async Task The_mail_of_one_flow_is_read_without_that_of_others()
    {
        for (var i = 0; i < 3; i++) await Store.AddOkAsync(Flow(Store.To(Example, Noon), "campaign"));
        var reset = await Store.AddOkAsync(Flow(Store.To(Example, Noon.AddMinutes(1), recipients: 2), "reset"));
        await Store.AddOkAsync(Flow(Store.To(Elsewhere, Noon), "reset"));

        var flow = FlowKey.Of(reset);
        (await Store.ReadDueAsync(Example, flow, Noon, 10, 0, default)).ShouldBeEmpty();
        var entry = (await Store.ReadDueAsync(Example, flow, Noon.AddMinutes(1), 10, 0, default)).ShouldHaveSingleItem();
        entry.Message.ShouldBe(reset);
        entry.IsWholeMessage.ShouldBeTrue();
        (await Store.ReadDueAsync(Example, flow, Noon.AddMinutes(1), 1, 0, default)).ShouldHaveSingleItem().Recipients.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_flows_of_a_destination_come_in_order_of_their_numbers_with_their_first_due_time()
    {
        var flows = new List<FlowBacklog>();
        foreach (var name in new[] { "a", "b", "c", "d" })
        {
            for (var i = 3; i > 0; i--)
            {
                var stored = await Store.AddOkAsync(Flow(Store.To(Example, Noon.AddMinutes(i)), name));
                if (i == 1) flows.Add(new FlowBacklog(FlowKey.Of(stored), Noon.AddMinutes(1)));
            }
        }
        await Store.AddOkAsync(Flow(Store.To(Elsewhere, Noon), "elsewhere"));
        flows.Sort((one, other) => one.Flow.CompareTo(other.Flow));

        (await Store.ReadFlowsAsync(Example, -1, 10, default)).ShouldBe(flows);
        (await Store.ReadFlowsAsync(Example, -1, 2, default)).ShouldBe(flows[..2]);
        (await Store.ReadFlowsAsync(Example, flows[1].Flow, 10, default)).ShouldBe(flows[2..]);
        (await Store.ReadFlowsAsync(Example, flows[3].Flow, 10, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_limit_of_a_read_counts_recipients()
    {
        await Store.AddOkAsync(Store.To(Example, Noon, recipients: 3));
        await Store.AddOkAsync(Store.To(Example, Noon, recipients: 3));

        var entries = await Store.ReadDueAsync(Example, Noon, 4, 0, default);

        entries.Select(entry => entry.Recipients.Count).ShouldBe([3, 1]);
        entries.Select(entry => entry.IsWholeMessage).ShouldBe([true, false]);
    }

    [Fact]
    public async Task Entries_hold_no_more_recipients_than_asked_for()
    {
        await Store.AddOkAsync(Store.To(Example, Noon, recipients: 5));

        var entries = await Store.ReadDueAsync(Example, Noon, 100, 2, default);

        entries.Select(entry => entry.Recipients.Count).ShouldBe([2, 2, 1]);
        entries.SelectMany(entry => entry.Recipients).Select(recipient => recipient.Number).ShouldBe([0, 1, 2, 3, 4]);
        entries.ShouldAllBe(entry => !entry.IsWholeMessage);
    }

    [Fact]
    public async Task An_entry_is_the_whole_message_only_without_recipients_elsewhere()
    {
        var envelope = await Store.AddOkAsync(Store.With([Recipient(0, Example, Noon), Recipient(1, Elsewhere, Noon)],
            MessageContent.From("x"u8)));

        (await Store.ReadDueAsync(Example, Noon, 10, 0, default))[0].IsWholeMessage.ShouldBeFalse();
        await Store.RecordAsync(new DeliveryRecord(envelope.Id, [1], []));
        (await Store.ReadDueAsync(Example, Noon, 10, 0, default))[0].IsWholeMessage.ShouldBeTrue();
    }

    [Fact]
    public async Task Held_messages_are_kept_and_listed_but_never_due()
    {
        var added = Store.To(Example, Noon);
        await Store.AddOkAsync(added with { Envelope = added.Envelope with { IsHeld = true } });

        (await Store.ReadDueAsync(Example, Noon.AddDays(1), 10, 0, default)).ShouldBeEmpty();
        (await Store.NextDueAsync(Example, DateTimeOffset.MinValue, default)).ShouldBeNull();
        (await Store.ReadBacklogAsync(default)).ShouldBeEmpty();
        (await Store.FindAsync(added.Envelope.QueueId, default)).ShouldNotBeNull().Envelope.IsHeld.ShouldBeTrue();
        (await Store.CountAsync(default)).ShouldBe(1);
    }

    [Fact]
    public async Task The_backlog_names_each_destination_once_with_its_first_due_time()
    {
        DestinationKey[] destinations = [Example, Elsewhere, new("smtp", "example.org"), new("smtp", ""),
            new("relay", "example.com"), new("error", "5.1.2 x: y")];
        foreach (var destination in destinations)
            for (var i = 3; i > 0; i--) await Store.AddOkAsync(Store.To(destination, Noon.AddMinutes(i), recipients: 2));

        var backlog = await Store.ReadBacklogAsync(default);

        backlog.ShouldBe(destinations.Select(destination => new DestinationBacklog(destination, Noon.AddMinutes(1))), ignoreOrder: true);
    }

    [Fact]
    public async Task An_empty_queue_has_no_backlog_and_nothing_due()
    {
        (await Store.ReadBacklogAsync(default)).ShouldBeEmpty();
        (await Store.NextDueAsync(Example, DateTimeOffset.MinValue, default)).ShouldBeNull();
        (await Store.CountAsync(default)).ShouldBe(0);
    }

    [Fact]
    public async Task A_deleted_message_is_gone_and_only_once()
    {
        var envelope = await Store.AddOkAsync(Store.To(Example, Noon, recipients: 2));
        var other = await Store.AddOkAsync(Store.To(Example, Noon));

        (await Store.DeleteAsync(envelope.QueueId)).ShouldBeTrue();
        (await Store.DeleteAsync(envelope.QueueId)).ShouldBeFalse();

        (await Store.FindAsync(other.QueueId, default)).ShouldNotBeNull();
        (await Store.CountAsync(default)).ShouldBe(1);
    }

    [Fact]
    public async Task The_list_is_complete_and_in_order_of_arrival()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 450)
            .Select(i => Store.AddOkAsync(Store.To(Example, Noon, recipients: i % 50 == 0 ? 60 : 1))));

        var listed = new List<QueuedMessage>();
        await foreach (var message in Store.ListAsync(QueueFilter.All, default)) listed.Add(message);

        listed.Select(message => message.Envelope).ShouldBe(added.OrderBy(envelope => envelope.Id));
        listed.Sum(message => message.Recipients.Count).ShouldBe(441 + 9 * 60);
    }

    [Fact]
    public async Task A_message_that_cannot_be_stored_fails_alone()
    {
        var first = Store.To(Example, Noon);
        var twice = first with { Recipients = [Recipient(0, Elsewhere, Noon)] };
        await Store.AddOkAsync(first);
        var bad = Store.AddAsync(twice, default).AsTask();
        var good = Enumerable.Range(0, 50).Select(_ => Store.AddOkAsync(Store.To(Example, Noon))).ToList();

        await Should.ThrowAsync<InvalidOperationException>(bad);
        await Task.WhenAll(good);

        (await Store.CountAsync(default)).ShouldBe(51);
        (await Store.NextDueAsync(Elsewhere, DateTimeOffset.MinValue, default)).ShouldBeNull();
    }

    [Fact]
    public async Task The_count_is_exact_whatever_happens_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                var envelope = await Store.AddOkAsync(Store.To(Example, Noon));
                if (i % 2 == 0) await Store.RecordAsync(new DeliveryRecord(envelope.Id, [0], []) { FinishesMessage = i % 4 == 0 });
                else if (worker == 0) await Store.DeleteAsync(envelope.QueueId);
            }
        })));

        var listed = 0;
        await foreach (var _ in Store.ListAsync(QueueFilter.All, default)) listed++;
        listed.ShouldBe(7 * 25);
        (await Store.CountAsync(default)).ShouldBe(listed);
    }
}
