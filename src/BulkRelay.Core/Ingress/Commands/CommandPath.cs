using System.Text;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Commands;

/// <summary>Reads the address that a command is about. One that is none is noted in the log.</summary>
/// <param name="Command">The command.</param>
/// <param name="MayBeNull">Whether the address may be empty.</param>
/// <param name="IsUtf8">
/// Whether the client has asked for SMTPUTF8. Without that a domain has to be ASCII; local parts beyond it have always been let pass.
/// </param>
/// <param name="IsStrict">Whether nothing but an address between brackets will do.</param>
internal readonly record struct CommandPath(string Command, bool MayBeNull, bool IsUtf8, bool IsStrict)
{
    /// <summary>Reads a path that is a word of its own. False if it is no address.</summary>
    public bool TryParse(SmtpSession session, CommandToken path, out EmailAddress address)
    {
        address = default;
        return path.IsComplete && TryParse(session, path.Text, out address);
    }

    /// <summary>Reads a path. False if it is no address.</summary>
    public bool TryParse(SmtpSession session, ReadOnlySpan<byte> path, out EmailAddress address)
    {
        if (EnvelopePath.TryParse(path, IsStrict, out address) && (MayBeNull || !address.IsNull) && (IsUtf8 || address.IsDomainAscii)) return true;
        var shown = session.Policy.SmtpUtf8Enable ? Encoding.UTF8.GetString(path) : Encoding.ASCII.GetString(path);
        session.Log.Warning($"Illegal address syntax from {session.Client.NameAndAddress} in {Command} command: {shown}");
        return false;
    }
}
