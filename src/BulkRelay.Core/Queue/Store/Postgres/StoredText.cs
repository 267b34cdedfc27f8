using System.Text;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>Texts as the database can hold them: PostgreSQL knows neither NUL nor half a surrogate pair.</summary>
internal static class StoredText
{
    public static bool CanHold(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal)) return false;
        if (!text.AsSpan().ContainsAnyInRange('\ud800', '\udfff')) return true;
        for (ReadOnlySpan<char> rest = text; !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != System.Buffers.OperationStatus.Done) return false;
            rest = rest[length..];
        }
        return true;
    }

    /// <summary>A reason, in which other characters may stand for what cannot be stored: a result must never fail to be recorded.</summary>
    public static string From(string text) =>
        CanHold(text) ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '?');
}
