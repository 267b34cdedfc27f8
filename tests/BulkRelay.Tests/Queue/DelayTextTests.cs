using System.Text;
using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Queue;

public sealed class DelayTextTests
{
    [Theory]
    [InlineData(0, 2, "0")]
    [InlineData(0.004, 2, "0")]
    [InlineData(0.005, 2, "0.01")]
    [InlineData(0.012, 2, "0.01")]
    [InlineData(0.1, 2, "0.1")]
    [InlineData(0.123, 2, "0.12")]
    [InlineData(0.0123, 4, "0.012")]
    [InlineData(0.00123, 6, "0.0012")]
    [InlineData(0.6, 0, "1")]
    [InlineData(1.25, 2, "1.3")]
    [InlineData(9.96, 2, "10")]
    [InlineData(12.3, 2, "12")]
    [InlineData(99.6, 2, "100")]
    [InlineData(143, 2, "143")]
    [InlineData(432000, 2, "432000")]
    [InlineData(-1, 2, "0")]
    public void Delays_look_as_in_Postfixs_log(double seconds, int resolution, string text)
    {
        Span<byte> buffer = stackalloc byte[32];
        new DelayText(TimeSpan.FromSeconds(seconds), resolution).TryFormat(buffer, out var written, default, null).ShouldBeTrue();
        Encoding.ASCII.GetString(buffer[..written]).ShouldBe(text);
    }
}
