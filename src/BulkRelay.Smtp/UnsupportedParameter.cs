using System.Text;

namespace BulkRelay.Smtp;

/// <summary>The refusal of a parameter that this server does not know (RFC 5321 section 4.1.1.11).</summary>
internal static class UnsupportedParameter
{
    public static Reply Reply(ReadOnlySpan<byte> parameter) =>
        new($"555 5.5.4 Unsupported option: {Encoding.UTF8.GetString(parameter)}");
}
