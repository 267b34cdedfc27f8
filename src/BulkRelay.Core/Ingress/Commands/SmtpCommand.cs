using System.Text;

namespace BulkRelay.Core.Ingress.Commands;

/// <summary>
/// Serves one command. The argument lies in the session's input, whose memory goes to others as soon as somebody waits for more: a span,
/// so that nobody can look at it after that.
/// </summary>
internal delegate ValueTask<CommandOutcome> CommandHandler(SmtpSession session, ReadOnlySpan<byte> argument);

/// <summary>A command of the protocol.</summary>
/// <param name="Verb">Its name in upper case.</param>
/// <param name="Handler">What serves it.</param>
/// <param name="Flags">How the session treats it.</param>
internal sealed record SmtpCommand(string Verb, CommandHandler Handler, CommandFlags Flags = CommandFlags.None)
{
    /// <summary>The name as it stands in the disconnect line.</summary>
    public string CounterName { get; } = Verb.ToLowerInvariant();

    /// <summary>The name as octets.</summary>
    public ReadOnlyMemory<byte> VerbOctets { get; } = Encoding.ASCII.GetBytes(Verb);
}
