using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress.Restrictions;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress;

/// <summary>Sorts replies by what they say of this server and its client.</summary>
internal static class SessionTrouble
{
    private static readonly (string Text, NotifyClasses Class)[] Rows =
    [
        (" 4.3.1 ", NotifyClasses.Resource), // no room
        (" 4.3.5 ", NotifyClasses.Software), // the configuration is at fault
        (" 4.3.0 ", NotifyClasses.Resource), // the queue cannot be written
        (" 5.3.4 ", NotifyClasses.Policy), // too large
        (" 4.5.3 ", NotifyClasses.Policy), // too many recipients
    ];

    /// <summary>The class of an error; <paramref name="otherwise"/> if the reply does not tell.</summary>
    public static NotifyClasses Of(Reply reply, NotifyClasses otherwise)
    {
        if (reply.Text.EndsWith(Verdict.LookupFailure, StringComparison.Ordinal)) return NotifyClasses.Data;
        foreach (var (text, known) in Rows)
            if (reply.Text.AsSpan(3).StartsWith(text, StringComparison.Ordinal)) return known;
        return otherwise;
    }
}
