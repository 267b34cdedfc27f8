using System.Buffers;
using System.Globalization;
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

    public static ValueTask<CommandOutcome> RunAsync(SmtpSession session, ReadOnlySpan<byte> argument)
    {
        if (argument.IsEmpty) return ValueTask.FromResult<CommandOutcome>(SyntaxError);
        return GreetAsync(session, NameOf(argument), "SMTP", static s => ValueTask.FromResult(s.Greetings.Helo));
    }

    /// <summary>The name in the argument, as it is shown.</summary>
    public static string NameOf(ReadOnlySpan<byte> argument) => Neuter(Encoding.UTF8.GetString(argument[..Math.Min(argument.Length, MaxName)]));

    /// <summary>Notes who greets and how, and greets back; unless it is refused, which changes nothing.</summary>
    public static async ValueTask<CommandOutcome> GreetAsync(
        SmtpSession session, string name, string protocol, Func<SmtpSession, ValueTask<Reply>> greeting)
    {
        var access = session.Access;
        if (!session.Policy.Access.DelaysReject)
        {
            var before = access.HeloName;
            access.HeloName = name;
            var verdict = await session.Policy.Access.CheckHeloAsync(access, session.Interrupted);
            var reply = verdict.Refusal is null ? null : session.Refuse(session.Where, verdict);
            access.HeloName = before;
            if (reply is not null) return reply;
        }
        session.ResetTransaction();
        access.HeloName = name;
        access.Protocol = protocol;
        return await greeting(session);
    }

    /// <summary>
    /// A name with a question mark in place of each character that would change the structure of a header or of the log, or how they look.
    /// </summary>
    public static string Neuter(string name) => string.Create(name.Length, name, static (neutral, raw) =>
    {
        for (var i = 0; i < raw.Length; i++)
        {
            // Format characters, such as those that turn the direction of text around, make a line look other than it is.
            var isHarmful = Structural.Contains(raw[i])
                || char.GetUnicodeCategory(raw[i]) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            neutral[i] = isHarmful ? '?' : raw[i];
        }
    });
}
