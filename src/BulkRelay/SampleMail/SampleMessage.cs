using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace BulkRelay.Server.SampleMail;

/// <summary>
/// A message as bulk mail is made of them. The id decides every octet, so that a run can be repeated and a message be made again to
/// compare; <see cref="ContentDigest"/> lets a destination judge it without either.
/// </summary>
internal static class SampleMessage
{
    /// <summary>The largest body that <see cref="Create"/> chooses by itself, in octets.</summary>
    public const int LargestBody = 5 * 1024 * 1024;

    private const string Domain = "@campaign.test";

    /// <summary>
    /// The message with that id, in canonical form and complete: nothing in its header is missing that a relay would have to add.
    /// </summary>
    /// <param name="id">Letters and digits.</param>
    /// <param name="size">
    /// About how many octets it is to have in all; if null, its id decides: a body of 1 octet to <see cref="LargestBody"/>.
    /// </param>
    public static byte[] Create(string id, int? size = null)
    {
        var random = new Random(BinaryPrimitives.ReadInt32LittleEndian(SHA256.HashData(Encoding.ASCII.GetBytes(id))));
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"""
            From: News <news@campaign.test>
            To: Readers <readers@dest.test>
            Subject: News {id}
            Date: Sat, 21 Nov 2026 12:00:00 +0000
            Message-ID: <{id}{Domain}>
            MIME-Version: 1.0
            Content-Type: text/html; charset=utf-8
            Content-Transfer-Encoding: 8bit


            """).ReplaceLineEndings("\r\n"));
        var body = SampleBody.Create(random, size is null ? SizeOfBulkMail(random) : Math.Max(1, size.Value - head.Length));
        return ContentDigest.Seal([.. head, .. body]);
    }

    /// <summary>The id of a message that <see cref="Create"/> made, and a relay may have changed; empty if it has none.</summary>
    public static string IdOf(ReadOnlySpan<byte> message)
    {
        var id = MessageIdOf(message);
        return id.EndsWith(Domain, StringComparison.Ordinal) ? id[..^Domain.Length] : "";
    }

    /// <summary>What stands in the first <c>Message-ID</c> between the angle brackets; empty if there is none.</summary>
    public static string MessageIdOf(ReadOnlySpan<byte> message)
    {
        var field = "Message-ID: <"u8;
        var at = message.IndexOf(field);
        if (at < 0) return "";
        var id = message[(at + field.Length)..];
        var end = id.IndexOfAny((byte)'>', (byte)'\r');
        return end < 0 ? "" : Encoding.ASCII.GetString(id[..end]);
    }

    /// <summary>Mostly a few KB; some around the sizes of the relay's buffers and segments; one in a thousand of up to 5 MB.</summary>
    private static int SizeOfBulkMail(Random random) => random.Next(1000) switch
    {
        < 60 => random.Next(1, 100),
        < 800 => random.Next(1000, 7000),
        < 984 => random.Next(8 * 1024, 18 * 1024),
        < 999 => random.Next(76 * 1024, 100 * 1024),
        _ => random.Next(512 * 1024, LargestBody),
    };
}
