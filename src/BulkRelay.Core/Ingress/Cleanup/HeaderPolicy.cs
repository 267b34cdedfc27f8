using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Cleanup;

/// <summary>What the configuration wants done to headers, compiled once.</summary>
internal sealed class HeaderPolicy
{
    /// <summary>Where <c>Message-Id</c> stands among <see cref="Noted"/>.</summary>
    public const int MessageId = 0;

    private readonly byte[][] _dropped;

    public HeaderPolicy(ConfigSnapshot snapshot)
    {
        SizeLimit = snapshot.Get(CleanupParameters.HeaderSizeLimit);
        HopcountLimit = snapshot.Get(CleanupParameters.HopcountLimit);
        Characters = ContentCharacters.For(snapshot);
        AlwaysAddMissing = snapshot.Get(CleanupParameters.AlwaysAddMissingHeaders);
        Noted = ["Message-Id"u8.ToArray(), .. FlowRules.Headers(snapshot).Select(Encoding.ASCII.GetBytes)];
        _dropped = [.. snapshot.Get(CleanupParameters.MessageDropHeaders).Select(name => Encoding.ASCII.GetBytes(name.TrimEnd(':')))];
    }

    /// <summary>The longest header in octets.</summary>
    public int SizeLimit { get; }

    /// <summary>The number of Received: headers at which a message goes no further.</summary>
    public int HopcountLimit { get; }

    /// <summary>The names of the headers whose values are wanted: Message-Id and what <see cref="FlowRules"/> asks for.</summary>
    public byte[][] Noted { get; }

    /// <summary>The characters that content may not have; null if it may have all.</summary>
    public ContentCharacters? Characters { get; }

    /// <summary>True if missing headers are added whoever the client is.</summary>
    public bool AlwaysAddMissing { get; }

    /// <summary>True for headers that are removed.</summary>
    public bool Drops(ReadOnlySpan<byte> name)
    {
        foreach (var dropped in _dropped)
        {
            if (Ascii.EqualsIgnoreCase(name, dropped)) return true;
        }
        return false;
    }
}
