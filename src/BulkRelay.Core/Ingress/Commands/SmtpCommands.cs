using System.Text;

namespace BulkRelay.Core.Ingress.Commands;

/// <summary>All commands: one row each, in the order of the disconnect line.</summary>
internal static class SmtpCommands
{
    private const CommandFlags JunkEndsGroup = CommandFlags.Junk | CommandFlags.EndsGroup;

    public static readonly SmtpCommand[] All =
    [
        new("HELO", HeloCommand.RunAsync, JunkEndsGroup | CommandFlags.BeforeTls),
        new("EHLO", EhloCommand.RunAsync, JunkEndsGroup | CommandFlags.BeforeTls),
        new("XCLIENT", XclientCommand.RunAsync, CommandFlags.BeforeTls),
        new("XFORWARD", XforwardCommand.RunAsync),
        new("STARTTLS", StartTlsCommand.RunAsync, CommandFlags.EndsGroup | CommandFlags.BeforeTls),
        new("AUTH", AuthCommand.RunAsync),
        new("MAIL", MailCommand.RunAsync),
        new("RCPT", RcptCommand.RunAsync),
        new("DATA", DataCommand.RunAsync, CommandFlags.EndsGroup),
        new("BDAT", BdatCommand.RunAsync),
        new("RSET", RsetCommand.RunAsync, CommandFlags.Junk),
        new("NOOP", FixedReply.Handler("250 2.0.0 Ok"), JunkEndsGroup | CommandFlags.BeforeTls),
        new("VRFY", VrfyCommand.RunAsync, JunkEndsGroup),
        new("ETRN", EtrnCommand.RunAsync, CommandFlags.Junk),
        new("QUIT", FixedReply.Handler("221 2.0.0 Bye"), CommandFlags.BeforeTls),
    ];

    /// <summary>The verb of a command line for the log: <c>UNKNOWN</c> for one that nobody knows.</summary>
    public static string NameOf(ReadOnlySpan<byte> verb) => Find(verb) is >= 0 and var number ? All[number].Verb : "UNKNOWN";

    /// <summary>The position in <see cref="All"/>, or -1.</summary>
    public static int Find(ReadOnlySpan<byte> verb)
    {
        for (var i = 0; i < All.Length; i++)
        {
            if (Ascii.EqualsIgnoreCase(verb, All[i].VerbOctets.Span)) return i;
        }
        return -1;
    }
}
