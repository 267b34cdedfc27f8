using System.Buffers.Binary;
using BulkRelay.Core.Dns.Records;

namespace BulkRelay.Core.Dns;

/// <summary>A response: its flags and the records that are understood.</summary>
internal sealed record DnsMessage(DnsCode Code, bool IsAuthoritative, bool IsRecursive, bool IsAuthenticated)
{
    /// <summary>A zone with more records than this at one name is not one that mail depends on.</summary>
    private const int MaxRecords = 2000;

    private const ushort InternetClass = 1;

    public IReadOnlyList<DnsRecord> Answers { get; private init; } = [];

    public IReadOnlyList<DnsRecord> Authority { get; private init; } = [];

    /// <summary>The TC bit: the answer did not fit and has to be asked for again by TCP.</summary>
    public static bool IsTruncated(ReadOnlySpan<byte> message) => (message[2] & 0x02) != 0;

    /// <summary>Reads a message. Null if it is malformed anywhere in its answer or authority section.</summary>
    public static DnsMessage? TryParse(ReadOnlySpan<byte> message)
    {
        if (message.Length < DnsQuery.HeaderLength) return null;
        var flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        int answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]), authority = BinaryPrimitives.ReadUInt16BigEndian(message[8..]);
        var at = DnsQuery.HeaderLength;
        if (answers + authority > MaxRecords || !TrySkipQuestions(message, ref at)) return null;
        if (ReadSection(message, ref at, answers) is not { } answerRecords) return null;
        if (ReadSection(message, ref at, authority) is not { } authorityRecords) return null;
        return new DnsMessage((DnsCode)(flags & 0xF), (flags & 0x0400) != 0, (flags & 0x0080) != 0, (flags & 0x0020) != 0)
        {
            Answers = answerRecords,
            Authority = authorityRecords,
        };
    }

    private static bool TrySkipQuestions(ReadOnlySpan<byte> message, ref int at)
    {
        for (var left = BinaryPrimitives.ReadUInt16BigEndian(message[4..]); left > 0; left--)
        {
            if (!DnsName.TryRead(message, ref at, out _)) return false;
            at += 4;
        }
        return at <= message.Length;
    }

    private static List<DnsRecord>? ReadSection(ReadOnlySpan<byte> message, ref int at, int count)
    {
        var records = new List<DnsRecord>();
        for (; count > 0; count--)
        {
            if (!DnsName.TryRead(message, ref at, out var name) || at + 10 > message.Length) return null;
            var type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
            var isInternet = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 2)..]) == InternetClass;
            var ttl = TimeToLive(BinaryPrimitives.ReadUInt32BigEndian(message[(at + 4)..]));
            int length = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
            at += 10;
            if (at + length > message.Length) return null;
            if (isInternet && DnsRecords.Readers.TryGetValue(type, out var read))
            {
                if (read(name, ttl, new RecordData(message, at, length)) is not { } record) return null;
                records.Add(record);
            }
            at += length;
        }
        return records;
    }

    /// <summary>A time with the highest bit set counts as zero (RFC 2181 section 8).</summary>
    private static TimeSpan TimeToLive(uint seconds) => TimeSpan.FromSeconds(seconds > int.MaxValue ? 0 : seconds);
}
