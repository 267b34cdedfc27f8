using System.Buffers;
using System.Text;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Commands;

/// <summary>HELO (RFC 5321 section 4.1.1.1): begins a session without extensions and ends any transaction.</summary>
internal static class HeloCommand
{
    private const int MaxName = 255;

    /// <summary>Characters that would change the structure of the headers in which the name is shown.</summary>
    private static readonly SearchValues<char> Structural = SearchValues.Create(" <>()\\\";@");

    private static readonly Reply SyntaxError = new("501 Syntax: HELO hostname");

    public static ValueTask<CommandOutcome> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument) =>
        ValueTask.FromResult<CommandOutcome>(Greet(session, argument.Span, "SMTP") ? session.Greetings.Helo : SyntaxError);

    /// <summary>Notes who greets and how. False if there is no name.</summary>
    public static bool Greet(SmtpSession session, ReadOnlySpan<byte> name, string protocol)
    {
        if (name.IsEmpty) return false;
        session.ResetTransaction();
        session.Access.HeloName = Neuter(Encoding.UTF8.GetString(name[..Math.Min(name.Length, MaxName)]));
        session.Access.Protocol = protocol;
        return true;
    }

    /// <summary>A name with a question mark in place of each character that would change the structure of a header or of the log.</summary>
    public static string Neuter(string name) => string.Create(name.Length, name, static (neutral, raw) =>
    {
        for (var i = 0; i < raw.Length; i++)
        {
            var isHarmful = Structural.Contains(raw[i]) || char.IsControl(raw[i]) || raw[i] is '\u2028' or '\u2029';
            neutral[i] = isHarmful ? '?' : raw[i];
        }
    });
}
