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
        ValueTask.FromResult<CommandOutcome>(Greet(session, argument.Span, "SMTP") ? session.Policy.Greetings.Helo : SyntaxError);

    /// <summary>Notes who greets and how. False if there is no name.</summary>
    public static bool Greet(SmtpSession session, ReadOnlySpan<byte> name, string protocol)
    {
        if (name.IsEmpty) return false;
        session.ResetTransaction();
        session.Access.HeloName = Neuter(name);
        session.Access.Protocol = protocol;
        return true;
    }

    private static string Neuter(ReadOnlySpan<byte> octets)
    {
        var name = Encoding.UTF8.GetString(octets[..Math.Min(octets.Length, MaxName)]);
        return string.Create(name.Length, name, static (neutral, raw) =>
        {
            for (var i = 0; i < raw.Length; i++)
            {
                var isHarmful = Structural.Contains(raw[i]) || char.IsControl(raw[i]) || raw[i] is '\u2028' or '\u2029';
                neutral[i] = isHarmful ? '?' : raw[i];
            }
        });
    }
}
