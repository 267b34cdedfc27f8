using System.Buffers;
using BulkRelay.Core.Egress;
using FsCheck;
using FsCheck.Fluent;

namespace BulkRelay.Tests.Egress.Wire;

public sealed class ConnectionOutputTests
{
    private static readonly Gen<int> Size = Gen.Frequency(
        (3, Gen.Choose(0, 200)), (3, Gen.Choose(8_100, 8_300)), (3, Gen.Choose(8_192, 16_500)), (1, Gen.Choose(1, 70_000)));

    [Fact]
    public void What_is_written_leaves_in_the_order_in_which_it_was_written() =>
        Prop.ForAll(Gen.Zip(Gen.Elements("command", "piece", "piece", "flush"), Size).ArrayOf().ToArbitrary(), RunAsync).QuickCheckThrowOnFailure();

    [Fact]
    public void What_was_meant_for_one_stream_never_leaves_by_another()
    {
        var output = new ConnectionOutput();
        output.WriteTo(new SlowStream());
        output.Write("STARTTLS\r\n"u8);

        Should.Throw<InvalidOperationException>(() => output.WriteTo(new SlowStream())).Message.ShouldBe("10 octets were written and not sent");
    }

    private static async Task RunAsync((string What, int Size)[] steps)
    {
        var (stream, output, written) = (new SlowStream(), new ConnectionOutput(), new MemoryStream());
        output.WriteTo(stream);
        foreach (var (what, size) in steps)
        {
            var octets = Enumerable.Range(0, size).Select(i => (byte)(written.Length + i * 7)).ToArray();
            if (what == "command") output.Write(octets);
            else if (what == "piece") await output.WriteAsync(octets);
            else await output.FlushAsync();
            if (what != "flush") written.Write(octets);
        }
        await output.FlushAsync();
        output.Length.ShouldBe(0);
        stream.Taken.ToArray().AsSpan().SequenceEqual(written.ToArray()).ShouldBeTrue();
    }

    /// <summary>Looks at what it is given only after the writer had to wait: memory that was given back too early would be seen.</summary>
    private sealed class SlowStream : Stream
    {
        public MemoryStream Taken { get; } = new();

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (!buffer.IsEmpty)
            {
                await Task.Yield();
                var some = Math.Min(buffer.Length, 5_000);
                Taken.Write(buffer.Span[..some]);
                buffer = buffer[some..];
            }
        }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
