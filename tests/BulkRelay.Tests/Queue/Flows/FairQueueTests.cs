using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Flows;

namespace BulkRelay.Tests.Queue.Flows;

public sealed class FairQueueTests
{
    private static readonly DestinationKey Example = new("smtp", "example.com");

    private readonly FairQueue _queue = new();
    private long _id;

    [Fact]
    public void A_flow_is_first_come_first_served()
    {
        Add("a", 5);
        Taken(5).ShouldBe(["a1", "a2", "a3", "a4", "a5"]);
    }

    [Fact]
    public void A_single_message_beside_a_campaign_is_the_next_to_go()
    {
        Add("campaign", 10_000);
        Taken(100);
        Add("reset", 1);
        Taken(1).ShouldBe(["reset10001"]);
        Taken(1)[0].ShouldStartWith("campaign");
    }

    [Fact]
    public void Flows_take_turns_by_recipients_not_by_messages()
    {
        Add("large", 200, recipients: 10);
        Add("small", 2000);
        var sent = Taken(1100).GroupBy(name => name.TrimEnd("0123456789".ToCharArray())).ToDictionary(flow => flow.Key, flow => flow.Count());
        (10 * sent["large"] - sent["small"]).ShouldBeInRange(-20, 20);
    }

    [Fact]
    public void Ever_new_flows_do_not_stop_those_that_wait()
    {
        Add("waiting", 100);
        Taken(1);
        var others = 0;
        for (var i = 0; i < 100; i++)
        {
            Add($"new{i}x", 1);
            Add($"more{i}x", 1);
            if (!Taken(1)[0].StartsWith("waiting", StringComparison.Ordinal)) others++;
        }
        others.ShouldBe(50);
    }

    [Fact]
    public void A_flow_that_sends_a_message_at_a_time_is_not_new_each_time()
    {
        Add("a", 50);
        Add("b", 50);
        Taken(4);
        var first = 0;
        for (var i = 0; i < 30; i++)
        {
            Add("trickle", 1);
            if (Taken(1)[0].StartsWith("trickle", StringComparison.Ordinal)) first++;
        }
        first.ShouldBeInRange(10, 16);
    }

    [Fact]
    public void Where_every_message_is_a_flow_of_its_own_none_of_them_stays_known()
    {
        for (var i = 0; i < 10_000; i++)
        {
            Add($"one{i}x", 1);
            if (i >= 10) Taken(1);
        }
        Taken(10);
        _queue.Count.ShouldBe(0);
        _queue.Flows.Count.ShouldBeLessThan(10);
    }

    [Fact]
    public void Priorities_share_16_to_4_to_1_while_all_have_mail()
    {
        Add("bulk", 1000, priority: FlowPriority.Bulk);
        Add("normal", 1000);
        Add("high", 1000, priority: FlowPriority.High);
        var sent = Taken(210).GroupBy(name => name[0]).ToDictionary(flow => flow.Key, flow => flow.Count());
        sent['h'].ShouldBeInRange(159, 161);
        sent['n'].ShouldBeInRange(39, 41);
        sent['b'].ShouldBeInRange(9, 11);
    }

    [Fact]
    public void A_priority_that_was_silent_has_saved_nothing_up_and_owes_nothing()
    {
        Add("bulk", 1000, priority: FlowPriority.Bulk);
        Taken(500);
        Add("high", 1000, priority: FlowPriority.High);
        Taken(1)[0].ShouldStartWith("high");
        Taken(17).Count(name => name[0] == 'b').ShouldBe(1);
    }

    [Fact]
    public void What_is_removed_does_not_come_up()
    {
        Add("a", 4);
        Add("b", 2);
        var removed = new List<(long Id, bool IsRead)>();
        _queue.Remove(entry => entry.Message.Id is 1 or 2 or 5, (entry, isRead) => removed.Add((entry.Message.Id, isRead)));
        removed.ShouldBe([(1, false), (2, false), (5, false)], ignoreOrder: true);
        _queue.Count.ShouldBe(3);
        Taken(3).Order().ShouldBe(["a3", "a4", "b6"]);
    }

    [Fact]
    public void The_numbers_of_flows_sort_by_priority()
    {
        FlowKey.Of(FlowPriority.High, "x").ShouldBeLessThan(FlowKey.First(FlowPriority.Normal));
        FlowKey.Of(FlowPriority.Normal, "x").ShouldBeInRange(FlowKey.First(FlowPriority.Normal), FlowKey.First(FlowPriority.Bulk) - 1);
        FlowKey.PriorityOf(FlowKey.Of(FlowPriority.Bulk, "x")).ShouldBe(FlowPriority.Bulk);
        Enumerable.Range(0, 100_000).Select(i => FlowKey.Of(FlowPriority.Normal, $"client 10.0.0.1 sender a{i}@example.com")).Distinct().Count().ShouldBe(100_000);
    }

    private void Add(string flow, int entries, int recipients = 1, FlowPriority priority = FlowPriority.Normal)
    {
        for (var i = 0; i < entries; i++)
        {
            var message = new MessageEnvelope
            {
                Id = ++_id,
                QueueId = $"{flow}{_id}",
                Arrived = default,
                Sender = "",
                Size = 1,
                Flow = flow,
                Priority = priority,
            };
            _queue.Add(new QueueEntry(message, Example,
                [.. Enumerable.Range(0, recipients).Select(n => new QueuedRecipient { Number = n, Address = "a@b.test", Destination = Example, Due = default })]),
                isRead: false);
        }
    }

    private List<string> Taken(int entries) => [.. Enumerable.Range(0, entries).Select(_ => _queue.Take().Entry.Message.QueueId)];
}
