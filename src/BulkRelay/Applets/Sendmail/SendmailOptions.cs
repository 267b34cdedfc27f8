using BulkRelay.Core.Ingress;
using BulkRelay.Core.Queue;
using BulkRelay.Smtp;

namespace BulkRelay.Server.Applets.Sendmail;

/// <summary>The command line of <c>sendmail</c> (Postfix: sendmail(1)).</summary>
internal sealed class SendmailOptions
{
    /// <summary>
    /// Options of Sendmail and Postfix. Those that mean nothing here are taken and ignored: <c>-A -B -b -G -h -I -L -m -n -O -o -p -U -x</c>
    /// but for the values that <see cref="SendmailApplet"/> and this class look for.
    /// </summary>
    private const string Letters = "A:B:C:F:GIL:N:O:R:UV:X:b:c:e:f:h:imno:p:q:r:tvx";

    private readonly ShortOptions _options;

    private SendmailOptions(ShortOptions options) => _options = options;

    /// <summary>Reads a command line; <paramref name="fault"/> says what is wrong with it.</summary>
    public static SendmailOptions Parse(IReadOnlyList<string> args, out string? fault) =>
        new(ShortOptions.Parse([.. args.Select(NameQueueRun)], Letters, out fault));

    /// <summary>What <c>-b</c> says last, or <c>-q</c> and <c>-I</c>, which are modes too.</summary>
    public char Mode => Has('q') ? 'q' : Has('I') ? 'i' : _options.Value('b') is [var mode, ..] ? mode : 'm';

    /// <summary>The configuration folder as <c>-c DIR</c> for the commands that do the work, or nothing.</summary>
    public string[] Config => ConfigDirectory is { } folder ? ["-c", folder] : [];

    /// <summary>What <c>-c</c> names, as in all commands; <c>-C</c> names <c>main.cf</c> or its folder. Null if neither is given.</summary>
    public string? ConfigDirectory => (_options.Value('c') ?? _options.Value('C')) switch
    {
        { } file when Path.GetFileName(file) == "main.cf" => Path.GetDirectoryName(Path.GetFullPath(file)),
        var folder => folder,
    };

    /// <summary>What <c>-q</c> asks for: empty for all, an interval, <c>Iid</c>, <c>Rsite</c>.</summary>
    public string QueueRun => _options.Value('q')?.TrimStart('=') ?? "";

    /// <summary>What follows the options.</summary>
    public IReadOnlyList<string> Arguments => _options.Arguments;

    /// <summary>True if the recipients stand in the message.</summary>
    public bool ReadsRecipients => Has('t');

    /// <summary>True if a line that is a dot ends the message.</summary>
    public bool EndsAtDot => !Has('i') && !_options.Values('o').Any(o => o.StartsWith('i'));

    /// <summary>Whether the sender wants to be told what the attempts did.</summary>
    public DeliveryTrace Trace => Mode == 'v' ? DeliveryTrace.Verify : Has('v') ? DeliveryTrace.Record : DeliveryTrace.None;

    /// <summary>The envelope for these recipients, from the user with the number.</summary>
    public Submission EnvelopeFor(IReadOnlyList<string> recipients, int userId)
    {
        var user = SubmitUsers.Find(userId);
        return new Submission
        {
            Sender = Sender ?? user.Name,
            Recipients = recipients,
            Notify = _options.Value('N') ?? "",
            Ret = _options.Value('R') ?? "",
            Envid = Xtext.Encode(_options.Value('V') ?? ""),
            Verp = _options.Value('X') is ['V', .. var delimiters] ? delimiters : null,
            Trace = Trace,
            FullName = _options.Value('F') ?? Environment.GetEnvironmentVariable("NAME") ?? user.FullName,
            UserId = userId,
        };
    }

    /// <summary>The sender of <c>-f</c>; empty for <c>-f ''</c> and <c>-f '&lt;&gt;'</c>, null if there is none.</summary>
    private string? Sender => (_options.Value('f') ?? _options.Value('r')) is { } given
        ? AddressList.Parse(given) is [var sender, ..] ? sender : ""
        : null;

    private bool Has(char letter) => _options.Has(letter);

    /// <summary><c>-q</c> takes a value only within its own word: the next word is no part of it.</summary>
    private static string NameQueueRun(string word) => word == "-q" ? "-q=" : word;
}
