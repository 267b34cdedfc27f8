using System.Buffers;
using System.Text;
using BulkRelay.Smtp;

namespace BulkRelay.Tests.Smtp;

public sealed class CommandWriterTests
{
    [Fact]
    public void Parts_are_written_one_after_the_other()
    {
        var output = new ArrayBufferWriter<byte>();

        CommandWriter.Write(output, "MAIL FROM:<", "jö@example.com", ">", "", " SIZE=5");

        Encoding.UTF8.GetString(output.WrittenSpan).ShouldBe("MAIL FROM:<jö@example.com> SIZE=5\r\n");
    }

    [Theory]
    [InlineData("a\rb")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("a\tb")]
    [InlineData("a\x1b[0m")]
    [InlineData("a\x7f")]
    public void A_control_character_is_refused_before_anything_is_written(string address)
    {
        var output = new ArrayBufferWriter<byte>();

        Should.Throw<ArgumentException>(() => CommandWriter.Write(output, "RCPT TO:<", address, ">"))
            .Message.ShouldNotContain(address);
        output.WrittenCount.ShouldBe(0);
    }
}
