using System.Text;
using BulkRelay.Core.Ingress.Cleanup;
using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Ingress.Cleanup;

public sealed class EightBitContentTests
{
    [Theory]
    [InlineData("Subject: x\r\n\r\nGrüße\r\n", false)]
    [InlineData("Subject: ü\r\n\r\nx\r\n", false)]
    [InlineData("Content-Transfer-Encoding: 8bit\r\n\r\nascii\r\n", false)]
    [InlineData("Content-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n", true)]
    [InlineData("content-transfer-encoding :\t8BIT \r\n\r\nGrüße\r\n", true)]
    [InlineData("Content-Transfer-Encoding: binary\r\n\r\nGrüße\r\n", true)]
    [InlineData("Content-Transfer-Encoding: 7bit\r\n\r\nGrüße\r\n", false)]
    [InlineData("Content-Transfer-Encoding: quoted-printable\r\n\r\nGrüße\r\n", false)]
    [InlineData("Subject: ü\r\n\r\nContent-Transfer-Encoding: 8bit\r\n", false)]
    [InlineData("Subject: x\r\n\r\n--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n\r\nü\r\n--b--\r\n", true)]
    public void Only_what_a_header_declares_counts(string content, bool isDeclared)
    {
        var octets = Encoding.UTF8.GetBytes(content);
        EightBitContent.IsDeclared(MessageContent.From(octets)).ShouldBe(isDeclared);
        // One octet a segment: no field may be missed at a seam.
        EightBitContent.IsDeclared(new MessageContent([.. octets.Select(octet => (ReadOnlyMemory<byte>)new[] { octet })]))
            .ShouldBe(isDeclared);
    }
}
