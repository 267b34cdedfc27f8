using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Smtp;
using static BulkRelay.Tests.Queue.Store.TestMessages;

namespace BulkRelay.Tests.Queue.Store;

/// <summary>What every queue store promises to operators. One subclass per store.</summary>
public abstract class QueueSteeringContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Later = Noon.AddHours(2);

    protected IQueueStore Store { get; private set; } = null!;

    public async Task InitializeAsync() => Store = await OpenAsync();

    public virtual async Task DisposeAsync() => await Store.DisposeAsync();

    /// <summary>An empty store.</summary>
    protected abstract Task<IQueueStore> OpenAsync();

    private static readonly Dictionary<string, QueueFilter> Filters = new()
    {
        { "sender", new() { Senders = ["NEWS@example.org"] } },
        { "sender of two", new() { Senders = ["nobody@example.org", "news@*"] } },
        { "null sender", new() { Senders = [""] } },
        { "recipient", new() { Recipients = ["ann@example.com"] } },
        { "recipient wildcard", new() { Recipients = ["*@sub.Example.com"] } },
        { "domain", new() { Domains = ["example.com"] } },
        { "domain wildcard", new() { Domains = ["*.example.com"] } },
        { "transport", new() { Transports = ["relay"] } },
        { "destination", new() { Destinations = ["[mail.example.net]:587"] } },
        { "site by a domain", new() { Sites = ["sub.example.com"] } },
        { "site by a host", new() { Sites = ["mail.example.net"] } },
        { "flow", new() { Flows = ["spring*"] } },
        { "client name", new() { Clients = ["*.clients.test"] } },
        { "client address", new() { Clients = ["192.0.2.7"] } },
        { "arrived before", new() { ArrivedBefore = Noon.AddHours(-1) } },
        { "arrived from", new() { ArrivedFrom = Noon.AddHours(-1) } },
        { "small", new() { MaxSize = 9 } },
        { "large", new() { MinSize = 1000 } },
        { "reason", new() { Reason = "mailbox FULL" } },
        { "reason wildcard", new() { Reason = "host*said" } },
        { "held", new() { States = [QueueState.Hold] } },
        { "not held", new() { States = [QueueState.Deferred] } },
        { "in doubt", new() { States = [QueueState.InDoubt] } },
        { "held or in doubt", new() { States = [QueueState.Hold, QueueState.InDoubt] } },
        { "sender and recipient", new() { Senders = ["news@example.org"], Recipients = ["ann@example.com"] } },
        { "one recipient has to meet both", new() { Recipients = ["ann@example.com"], Transports = ["relay"] } },
        { "flow, state and reason", new() { Flows = ["spring 2026"], States = [QueueState.Deferred], Reason = "full" } },
        { "characters that SQL knows", new() { Senders = ["100%_'\\--@example.org"] } },
        { "a percent sign is no wildcard", new() { Senders = ["%@example.org"] } },
        { "nothing", new() { Senders = ["nobody"], MinSize = 1 } },
        { "everything", QueueFilter.All },
    };

    public static TheoryData<string> FilterNames => [.. Filters.Keys];

    [Theory]
    [MemberData(nameof(FilterNames))]
    public async Task A_filter_selects_what_it_describes(string what)
    {
        var filter = Filters[what];
        var messages = await AddVariousAsync();
        var expected = messages.Where(filter.Matches).Select(m => m.Envelope.Id).ToList();
        if (what is not ("nothing" or "a percent sign is no wildcard" or "one recipient has to meet both")) expected.ShouldNotBeEmpty(what);
        if (what != "everything") expected.Count.ShouldBeLessThan(messages.Count, what);

        (await Store.SelectAsync(filter, 0, 100, default)).ShouldBe(expected, what);
        (await ListAsync(filter)).Select(m => m.Envelope.Id).ShouldBe(expected, what);
    }

    [Fact]
    public async Task Ids_select_by_their_whole_name()
    {
        var messages = await AddVariousAsync();
        var (first, second) = (messages[0].Envelope, messages[3].Envelope);
        var sameIdOtherTime = QueueId.Format(second.Arrived.AddMicroseconds(1), second.Id, longForm: true);

        (await Store.SelectAsync(new() { QueueIds = [second.QueueId, "nonsense", first.QueueId, sameIdOtherTime] }, 0, 9, default)).ShouldBe([first.Id, second.Id]);
        (await Store.SelectAsync(new() { QueueIds = [sameIdOtherTime] }, 0, 9, default)).ShouldBeEmpty();
        (await Store.SelectAsync(new() { MessageIds = [second.Id, 999], States = [QueueState.Active] }, 0, 9, default)).ShouldBe([second.Id]);
        (await Store.SelectAsync(new() { QueueIds = [first.QueueId], Recipients = ["*"], Senders = [first.Sender] }, 0, 9, default)).ShouldBe([first.Id]);
        (await Store.SelectAsync(new() { QueueIds = [first.QueueId], Recipients = ["nobody"] }, 0, 9, default)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_of_ids_join_without_gap(bool ofRecipients)
    {
        var ids = new List<long>();
        for (var i = 0; i < 25; i++) ids.Add((await Store.AddOkAsync(Store.To(Example, Noon, recipients: 2))).Id);
        var filter = ofRecipients ? new QueueFilter { Recipients = ["r*"] } : new QueueFilter { Senders = ["*"] };

        var found = new List<long>();
        for (var after = 0L; await Store.SelectAsync(filter, after, 10, default) is { Count: > 0 } page; after = page[^1]) found.AddRange(page);

        found.ShouldBe(ids);
    }

    [Fact]
    public async Task Held_mail_is_not_due_until_it_is_released()
    {
        var id = (await Store.AddOkAsync(Store.To(Example, Noon.AddDays(1), recipients: 2))).Id;

        ShouldHaveChanged(await Store.ChangeAsync(QueueChange.Hold, [id, 999], Later, default), [id], []);
        (await Store.ChangeAsync(QueueChange.Hold, [id], Later, default)).Messages.ShouldBeEmpty();
        (await Store.ReadDueAsync(Example, Noon.AddDays(2), 10, 0, default)).ShouldBeEmpty();

        var released = await Store.ChangeAsync(QueueChange.Release, [id], Later, default);
        released.Messages.ShouldBe([id]);
        released.Due.ShouldBe([Example]);
        (await Store.ChangeAsync(QueueChange.Release, [id], Later, default)).Messages.ShouldBeEmpty();
        (await Store.ReadDueAsync(Example, Later, 10, 0, default)).ShouldHaveSingleItem().Recipients.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_release_does_not_put_off_what_was_due_before()
    {
        var id = (await Store.AddOkAsync(Store.To(Example, Noon))).Id;
        await Store.ChangeAsync(QueueChange.Hold, [id], Later, default);
        await Store.ChangeAsync(QueueChange.Release, [id], Later, default);
        (await Store.NextDueAsync(Example, DateTimeOffset.MinValue, default)).ShouldBe(Noon);
    }

    [Fact]
    public async Task A_delivery_that_ends_while_its_message_is_held_is_recorded_and_nothing_is_due()
    {
        var id = (await Store.AddOkAsync(Store.To(Example, Noon, recipients: 2))).Id;
        await Store.ChangeAsync(QueueChange.Hold, [id], Noon, default);

        await Store.RecordAsync(new DeliveryRecord(id, [0], [new DeferredRecipient(1, Elsewhere, Noon.AddMinutes(5), 1, "busy", new EnhancedStatus(4, 2, 0))]));

        (await Store.ReadBacklogAsync(default)).ShouldBeEmpty();
        var left = (await ListAsync(QueueFilter.All)).ShouldHaveSingleItem();
        left.Recipients.ShouldHaveSingleItem().Reason.ShouldBe("busy");
        await Store.ChangeAsync(QueueChange.Release, [id], Noon.AddMinutes(1), default);
        (await Store.NextDueAsync(Elsewhere, DateTimeOffset.MinValue, default)).ShouldBe(Noon.AddMinutes(1));
    }

    [Fact]
    public async Task A_retry_makes_deferred_mail_due_and_leaves_held_mail()
    {
        var deferred = (await Store.AddOkAsync(Store.With([Recipient(0, Example, Noon.AddDays(1)), Recipient(1, Elsewhere, Noon)], MessageContent.From("x"u8)))).Id;
        var held = (await Store.AddOkAsync(Store.To(Example, Noon.AddDays(1)))).Id;
        await Store.ChangeAsync(QueueChange.Hold, [held], Noon, default);

        var changed = await Store.ChangeAsync(QueueChange.Retry, [deferred, held], Later, default);

        changed.Messages.ShouldBe([deferred]);
        changed.Due.ShouldBe([Example, Elsewhere], ignoreOrder: true);
        (await Store.NextDueAsync(Example, DateTimeOffset.MinValue, default)).ShouldBe(Later);
        (await Store.NextDueAsync(Elsewhere, DateTimeOffset.MinValue, default)).ShouldBe(Noon);
    }

    [Fact]
    public async Task Expired_mail_is_marked_once_and_due()
    {
        var id = (await Store.AddOkAsync(Store.To(Example, Noon.AddDays(1)))).Id;

        ShouldHaveChanged(await Store.ChangeAsync(QueueChange.Expire, [id], Later, default), [id], [DestinationKey.Expired]);
        (await Store.ChangeAsync(QueueChange.Expire, [id], Later, default)).Messages.ShouldBeEmpty();

        (await Store.ReadDueAsync(DestinationKey.Expired, Later, 10, 0, default)).ShouldHaveSingleItem().Message.IsExpired.ShouldBeTrue();
    }

    [Fact]
    public async Task Expired_mail_that_is_held_waits_for_its_release()
    {
        var id = (await Store.AddOkAsync(Store.To(Example, Noon))).Id;
        await Store.ChangeAsync(QueueChange.Hold, [id], Noon, default);
        ShouldHaveChanged(await Store.ChangeAsync(QueueChange.Expire, [id], Later, default), [id], []);
        (await Store.ReadBacklogAsync(default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_sender_of_a_requeued_message_is_warned_as_long_after_the_new_beginning()
    {
        var late = Store.To(Example, Noon);
        late = late with { Envelope = late.Envelope with { Arrived = Noon, WarnAt = Noon.AddHours(4), IsWarned = true } };
        var never = Store.To(Example, Noon);
        await Store.AddOkAsync(late);
        await Store.AddOkAsync(never);

        await Store.ChangeAsync(QueueChange.Requeue, [late.Envelope.Id, never.Envelope.Id], Later, default);

        (await Store.FindAsync(late.Envelope.QueueId, default)).ShouldNotBeNull().Envelope
            .ShouldSatisfyAllConditions(e => e.WarnAt.ShouldBe(Later.AddHours(4)), e => e.IsWarned.ShouldBeFalse());
        await Store.ChangeAsync(QueueChange.Requeue, [late.Envelope.Id], Later.AddHours(1), default);
        (await Store.FindAsync(late.Envelope.QueueId, default)).ShouldNotBeNull().Envelope.WarnAt.ShouldBe(Later.AddHours(5));
        (await Store.FindAsync(never.Envelope.QueueId, default)).ShouldNotBeNull().Envelope.WarnAt.ShouldBeNull();
    }

    [Fact]
    public async Task A_requeued_message_starts_anew_under_its_name()
    {
        var recipient = Recipient(0, Example, Noon.AddDays(1)) with { Attempts = 7, Reason = "busy", Status = new EnhancedStatus(4, 2, 0), InDoubt = 1 };
        var added = await Store.AddOkAsync(Store.With([recipient], MessageContent.From("x"u8)));
        await Store.ChangeAsync(QueueChange.Hold, [added.Id], Noon, default);
        await Store.ChangeAsync(QueueChange.Expire, [added.Id], Noon, default);

        ShouldHaveChanged(await Store.ChangeAsync(QueueChange.Requeue, [added.Id], Later, default), [added.Id], [DestinationKey.Expired]);

        var found = (await Store.FindAsync(added.QueueId, default)).ShouldNotBeNull();
        found.Envelope.ShouldBe(added with { Requeued = Later });
        found.Envelope.Queued.ShouldBe(Later, "what the lifetime counts from");
        // Where it goes is found anew when it is read.
        found.Recipients.ShouldBe([Recipient(0, DestinationKey.Expired, Later) with { InDoubt = 1 }]);
    }

    [Fact]
    public async Task Queue_ids_are_found_by_the_ids_of_messages_that_are_there()
    {
        var first = await Store.AddOkAsync(Store.To(Example, Noon));
        var second = await Store.AddOkAsync(Store.To(Example, Noon));

        (await Store.ReadQueueIdsAsync([second.Id, 999, first.Id], default))
            .ShouldBe(new Dictionary<long, string> { [first.Id] = first.QueueId, [second.Id] = second.QueueId }, ignoreOrder: true);
    }

    [Fact]
    public async Task Deleted_messages_leave_with_their_content_and_are_counted()
    {
        var ids = new List<long>();
        for (var i = 0; i < 3; i++) ids.Add((await Store.AddOkAsync(Store.To(Example, Noon, recipients: 2))).Id);

        ShouldHaveChanged(await Store.ChangeAsync(QueueChange.Delete, [ids[0], ids[2], 999], Noon, default), [ids[0], ids[2]], []);

        (await Store.CountAsync(default)).ShouldBe(1);
        (await Store.ReadContentAsync(ids[0], default)).ShouldBeNull();
        (await Store.SelectAsync(QueueFilter.All, 0, 9, default)).ShouldBe([ids[1]]);
    }

    [Fact]
    public async Task Mail_that_is_set_aside_is_out_of_the_way_until_it_is_taken_back()
    {
        var id = (await Store.AddOkAsync(Store.With([Recipient(0, Example, Noon), Recipient(1, Example, Noon), Recipient(2, Elsewhere, Noon)], MessageContent.From("x"u8)))).Id;

        await Store.ParkAsync(id, [0, 2], default);

        var entry = (await Store.ReadDueAsync(Example, Later, 10, 0, default)).ShouldHaveSingleItem();
        entry.Recipients.Select(r => r.Number).ShouldBe([1]);
        entry.IsWholeMessage.ShouldBeFalse();
        (await Store.ReadBacklogAsync(default)).ShouldHaveSingleItem().Destination.ShouldBe(Example);
        (await Store.UnparkAsync(1, default)).Destinations.ShouldBe([Example]);
        (await Store.UnparkAsync(10, default)).Destinations.ShouldBe([Elsewhere]);
        (await Store.UnparkAsync(10, default)).Recipients.ShouldBe(0);
        (await Store.ReadDueAsync(Example, Later, 10, 0, default)).ShouldHaveSingleItem().Recipients.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_held_message_is_not_set_aside_and_a_release_frees_all_of_it()
    {
        var id = (await Store.AddOkAsync(Store.To(Example, Noon, recipients: 2))).Id;
        await Store.ParkAsync(id, [0], default);
        await Store.ChangeAsync(QueueChange.Hold, [id], Noon, default);
        await Store.ParkAsync(id, [1], default);

        (await Store.UnparkAsync(10, default)).Recipients.ShouldBe(0);
        await Store.ChangeAsync(QueueChange.Release, [id], Noon, default);
        (await Store.ReadDueAsync(Example, Later, 10, 0, default)).ShouldHaveSingleItem().Recipients.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Freezes_are_kept_until_they_are_taken_back()
    {
        var all = new QueueFreeze(FreezeScope.All, "", "virus", Noon, null);
        var flow = new QueueFreeze(FreezeScope.Flow, "spring 2026", "wrong prices", Noon.AddSeconds(1), Noon.AddHours(1));
        await Store.FreezeAsync(flow, default);
        await Store.FreezeAsync(all, default);
        await Store.FreezeAsync(flow with { Reason = "wrong links" }, default);

        (await Store.ReadFreezesAsync(default)).ShouldBe([all, flow with { Reason = "wrong links" }]);
        (await Store.UnfreezeAsync(FreezeScope.Flow, "spring 2026", default)).ShouldBeTrue();
        (await Store.UnfreezeAsync(FreezeScope.Flow, "spring 2026", default)).ShouldBeFalse();
        (await Store.ReadFreezesAsync(default)).ShouldBe([all]);
    }

    [Fact]
    public async Task The_shape_counts_recipients_or_senders_by_domain_and_age()
    {
        await AddVariousAsync();
        DateTimeOffset[] bounds = [Noon.AddMinutes(-5), Noon.AddHours(-5)];

        var recipients = await Store.ReadShapeAsync(QueueFilter.All, ofSenders: false, bounds, default);
        recipients.Single(c => c.Domain == "example.com" && c.Bucket == 0).Count.ShouldBe(5);
        recipients.Single(c => c.Domain == "example.com" && c.Bucket == 2).Count.ShouldBe(1);
        recipients.Single(c => c.Domain == "sub.example.com").ShouldBe(new ShapeCell("sub.example.com", 0, 2));
        var senders = await Store.ReadShapeAsync(new() { Recipients = ["*@example.com"] }, ofSenders: true, bounds, default);
        senders.Single(c => c.Domain == "example.org" && c.Bucket == 0).Count.ShouldBe(4);
        senders.Single(c => c.Domain.Length == 0).ShouldBe(new ShapeCell("", 0, 1));
        (await Store.ReadShapeAsync(new() { States = [QueueState.Hold] }, ofSenders: false, bounds, default)).Sum(c => c.Count).ShouldBe(1);
    }

    [Fact]
    public async Task The_summary_says_what_waits_for_each_destination()
    {
        var first = (await Store.AddOkAsync(Store.With(
            [Recipient(0, Example, Noon.AddHours(1)) with { Attempts = 1, InDoubt = 1 }, Recipient(1, Example, Noon), Recipient(2, Elsewhere, Noon)], MessageContent.From("x"u8)))).Id;
        var held = (await Store.AddOkAsync(Store.To(Example, Noon, recipients: 3))).Id;
        await Store.ChangeAsync(QueueChange.Hold, [held], Noon, default);
        await Store.ParkAsync(first, [1, 2], default);

        (await Store.SummarizeAsync(default)).ShouldBe(
            [new DestinationSummary(Example, 5, 3, 1, 1, 4, Noon.AddHours(1)), new DestinationSummary(Elsewhere, 1, 0, 1, 0, 1, null)], ignoreOrder: true);
    }

    private static void ShouldHaveChanged(QueueChanged changed, long[] messages, DestinationKey[] due)
    {
        changed.Messages.ShouldBe(messages);
        changed.Due.ShouldBe(due, ignoreOrder: true);
    }

    private async Task<List<QueuedMessage>> ListAsync(QueueFilter filter)
    {
        var listed = new List<QueuedMessage>();
        await foreach (var message in Store.ListAsync(filter, default)) listed.Add(message);
        return listed;
    }

    /// <summary>Messages of which each filter of the tests selects some.</summary>
    private async Task<List<QueuedMessage>> AddVariousAsync()
    {
        var ann = Recipient(0, Example, Noon) with { Address = "Ann@example.com" };
        var ben = Recipient(1, Elsewhere, Noon) with { Address = "ben@Sub.example.com" };
        List<(Func<MessageEnvelope, MessageEnvelope> Change, QueuedRecipient[] Recipients)> wanted =
        [
            (e => e with { Sender = "news@example.org", Flow = "spring 2026" }, [ann]),
            (e => e with { Sender = "", Size = 5 }, [ann, ben]),
            (e => e with { Sender = "100%_'\\--@example.org", ClientName = "a.clients.test", ClientAddress = "2001:db8::1" }, [ann with { Reason = "host x said: 452 Mailbox full" }]),
            (e => e with { Sender = "news@example.org", ClientAddress = "192.0.2.7", Arrived = Noon.AddDays(-1) }, [ann with { InDoubt = 1 }]),
            (e => e with { IsHeld = true, Size = 2000 }, [ann with { Address = "carl@example.com" }]),
            (e => e, [ben]),
            (e => e with { Flow = "spring 2026" }, [ann with { Address = "dora@example.com", Reason = "mailbox full" }]),
        ];
        var added = new List<QueuedMessage>();
        foreach (var (change, recipients) in wanted)
        {
            var message = Store.With(recipients, MessageContent.From("Subject: x\r\n\r\nbody\r\n"u8));
            message = message with { Envelope = change(message.Envelope) };
            await Store.AddOkAsync(message);
            added.Add(new QueuedMessage(message.Envelope, recipients));
        }
        return added;
    }
}
