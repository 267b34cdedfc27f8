using BulkRelay.Core.Ingress;
using BulkRelay.Smtp;

namespace BulkRelay.Tests.Ingress;

public sealed class SessionOutputTests
{
    [Fact]
    public async Task Behind_a_write_that_was_cut_off_nothing_follows()
    {
        using var stream = new StuckStream();
        using var interrupt = new CancellationTokenSource();
        var output = new SessionOutput(stream);
        output.Add(new Reply("250 2.1.0 Ok"));
        var flushing = output.FlushAsync(interrupt.Token).AsTask();
        await interrupt.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(flushing);

        output.Add(new Reply("421 4.4.2 relay.test Error: timeout exceeded"));
        await output.FlushAsync(default);

        output.IsCutOff.ShouldBeTrue();
        stream.ToArray().ShouldBe("250 "u8.ToArray());
    }

    /// <summary>Takes a few octets, and no more until the write is given up; later ones wholly.</summary>
    private sealed class StuckStream : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var isFirst = Length == 0;
            Write(isFirst ? buffer.Span[..4] : buffer.Span);
            if (isFirst) await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        }
    }
}
