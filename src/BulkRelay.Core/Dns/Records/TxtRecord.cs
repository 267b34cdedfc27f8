using System.Text;

namespace BulkRelay.Core.Dns.Records;

/// <summary>
/// TXT (RFC 1035): its strings joined without anything between (as RFC 7208 and 6376 read them), one character for one octet.
/// </summary>
public sealed record TxtRecord(string Name, TimeSpan Ttl, string Text) : DnsRecord(Name, Ttl)
{
    public override DnsType Type => DnsType.TXT;

    private protected override int DataOctets => OctetsOf(Text);

    internal static DnsRecord? Read(string name, TimeSpan ttl, RecordData data)
    {
        var text = new StringBuilder(data.Length);
        var octets = data.Octets;
        if (octets.IsEmpty) return null;
        while (!octets.IsEmpty)
        {
            var length = octets[0];
            if (length >= octets.Length) return null;
            text.Append(Encoding.Latin1.GetString(octets.Slice(1, length)));
            octets = octets[(length + 1)..];
        }
        return new TxtRecord(name, ttl, text.ToString());
    }
}
