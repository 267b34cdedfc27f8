using BulkRelay.Core.Ingress;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Tests.Ingress;

/// <summary>How ingress ends: SIGTERM comes to it as <see cref="IngressProtocol.Drain"/>.</summary>
public sealed class StopTests : IngressTest
{
    [Fact]
    public async Task The_idle_get_421_and_ingress_ends()
    {
        using var client = await ConnectAsync();
        (await client.CommandAsync("EHLO client.test")).ShouldStartWith("250 ");
        Ingress.Tell(IngressProtocol.Drain.Instance);
        (await client.ReadReplyAsync()).ShouldBe("421 4.3.2 relay.test Service not available, shutting down");
        (await client.ReadReplyAsync()).ShouldBeNull();
        await WaitForEndAsync();
    }

    [Fact]
    public async Task A_transaction_under_way_is_finished_first()
    {
        using var client = await ConnectAsync();
        await client.BeginMessageAsync();
        Ingress.Tell(IngressProtocol.Drain.Instance);
        await client.SendAsync("x: y\r\n.\r\n");
        (await client.ReadReplyAsync())!.ShouldStartWith("250 2.0.0 Ok: queued as ");
        (await client.ReadReplyAsync()).ShouldBe("421 4.3.2 relay.test Service not available, shutting down");
        await WaitForEndAsync();
    }

    [Fact]
    public async Task A_transaction_that_does_not_end_is_cut_off_when_the_grace_is_over()
    {
        using var client = await ConnectAsync();
        await client.BeginMessageAsync();
        Ingress.Tell(IngressProtocol.Drain.Instance);
        (await AdvanceUntilAsync(client.ReadReplyAsync(), TimeSpan.FromSeconds(1))).ShouldBeNull();
        await WaitForEndAsync();
    }

    [Fact]
    public async Task A_message_that_is_being_stored_gets_its_answer()
    {
        var stored = new TaskCompletionSource<StoreResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var submitted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Submit = _ =>
        {
            submitted.SetResult();
            return new ValueTask<StoreResult>(stored.Task);
        };
        using var client = await ConnectAsync();
        await client.BeginMessageAsync();
        await client.SendAsync("x: y\r\n.\r\n");
        await submitted.Task.WaitAsync(Patience);
        Ingress.Tell(IngressProtocol.Drain.Instance);
        var reply = client.ReadReplyAsync();
        reply.IsCompleted.ShouldBeFalse("250 before the message is stored");
        stored.SetResult(StoreResult.Stored);
        (await reply)!.ShouldStartWith("250 2.0.0 Ok: queued as ");
        await WaitForEndAsync();
    }
}
