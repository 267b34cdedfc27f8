using System.Buffers.Binary;
using System.Security.Cryptography;

namespace BulkRelay.Core.Dns;

/// <summary>
/// One question on the wire, with a random id, and the letters of the name at random in upper or lower case: who does not see the query
/// has to guess both (draft-vixie-dnsext-dns0x20). With EDNS0 (RFC 6891) it allows larger answers by UDP; the AD bit asks the server to say
/// whether it validated the answer (RFC 6840 section 5.7).
/// </summary>
internal sealed class DnsQuery
{
    public const int HeaderLength = 12;

    /// <summary>The largest answer that is not likely to be fragmented on its way (DNS Flag Day 2020).</summary>
    public const int UdpPayloadSize = 1232;

    private const ushort RecursionDesired = 0x0100;
    private const ushort AuthenticData = 0x0020;
    private const ushort InternetClass = 1;
    private const byte OptType = 41;
    private const int OptLength = 11;

    private DnsQuery(byte[] octets, int questionLength)
    {
        Octets = octets;
        QuestionLength = questionLength;
    }

    /// <summary>The message as it is sent.</summary>
    public byte[] Octets { get; }

    public ReadOnlySpan<byte> Question => Octets.AsSpan(HeaderLength, QuestionLength);

    private int QuestionLength { get; }

    /// <summary>A query for a normalised name.</summary>
    public static DnsQuery Create(string name, DnsType type, bool useEdns)
    {
        Span<byte> buffer = stackalloc byte[HeaderLength + DnsName.MaxLength + 4 + OptLength];
        buffer.Clear();
        RandomNumberGenerator.Fill(buffer[..2]);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], RecursionDesired | AuthenticData);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[4..], 1);
        var at = HeaderLength + DnsName.Write(name, buffer[HeaderLength..]);
        MixCase(buffer[HeaderLength..at]);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[at..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[(at + 2)..], InternetClass);
        at += 4;
        var questionLength = at - HeaderLength;
        if (useEdns)
        {
            BinaryPrimitives.WriteUInt16BigEndian(buffer[10..], 1);
            buffer[at + 2] = OptType;
            BinaryPrimitives.WriteUInt16BigEndian(buffer[(at + 3)..], UdpPayloadSize);
            at += OptLength;
        }
        return new DnsQuery(buffer[..at].ToArray(), questionLength);
    }

    /// <summary>
    /// True if the question of an answer is written as it was asked. If not, it may be forged, or from a server that does not copy the
    /// question: by TCP, where nobody can forge it from afar, case does not matter. An answer without question has no case.
    /// </summary>
    public bool HasSameCase(ReadOnlySpan<byte> answer) =>
        BinaryPrimitives.ReadUInt16BigEndian(answer[4..]) == 0 || answer.Slice(HeaderLength, QuestionLength).SequenceEqual(Question);

    /// <summary>
    /// True if a message answers this query: same id, a response, same question (without case). An error response may leave the
    /// question out. Anything else is not for us, or forged.
    /// </summary>
    public bool IsAnsweredBy(ReadOnlySpan<byte> message)
    {
        if (message.Length < HeaderLength || !message[..2].SequenceEqual(Octets.AsSpan(0, 2))) return false;
        var flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        var questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        if ((flags & 0xF800) != 0x8000) return false;
        var code = (DnsCode)(flags & 0xF);
        if (questions == 0) return code is DnsCode.FormatError or DnsCode.ServerFailure or DnsCode.NotImplemented or DnsCode.Refused;
        return questions == 1 && message.Length >= HeaderLength + QuestionLength
            && System.Text.Ascii.EqualsIgnoreCase(message.Slice(HeaderLength, QuestionLength), Question);
    }

    private static void MixCase(Span<byte> name)
    {
        Span<byte> coins = stackalloc byte[name.Length];
        RandomNumberGenerator.Fill(coins);
        for (var i = 0; i < name.Length; i++)
            if (char.IsAsciiLetterLower((char)name[i]) && (coins[i] & 1) != 0) name[i] ^= 0x20;
    }
}
