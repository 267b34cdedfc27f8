using System.Text;
using System.Text.Unicode;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Ingress.Commands;
using BulkRelay.Core.Ingress.Restrictions;
using BulkRelay.Core.Ingress.Sasl;
using BulkRelay.Core.Ingress.Tls;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// Serves one client from connect to disconnect (RFC 5321; Postfix: smtpd(8)): reads commands, has them run, counts errors, and sends the
/// replies of a group together.
/// </summary>
internal sealed class SmtpDialogue(SmtpSession session)
{
    private const int MaxLogged = 100;

    private static readonly Reply Ok = new("250 2.0.0 Ok");
    private static readonly Reply LineTooLong = new("500 5.5.2 Error: line too long");
    private static readonly Reply BadUtf8 = new("500 5.5.2 Error: bad UTF-8 syntax");
    private static readonly Reply BadSyntax = new("500 5.5.2 Error: bad syntax");
    private static readonly Reply NotRecognized = new("500 5.5.2 Error: command not recognized");
    private static readonly Reply BreakRules = new("221 2.7.0 Error: I can break rules, too. Goodbye.");
    private static readonly Reply Synchronization = new("554 5.5.0 Error: SMTP protocol synchronization");

    private static readonly Reply StartTlsFirst = new("530 5.7.0 Must issue a STARTTLS command first");

    private readonly SessionStatistics _statistics = new();
    private readonly SessionLink _link = session.Link;
    private readonly SmtpdPolicy _policy = session.Policy;
    private readonly SessionTranscript? _transcript = session.Transcript;
    private string _endReason = "";

    /// <summary>Serves the client until it goes or is sent away.</summary>
    public async Task RunAsync()
    {
        var unknown = await session.IdentifyClientAsync();
        session.Log.Info($"connect from {session.Client.NameAndAddress}");
        try
        {
            await ServeAsync(unknown);
            await EndAsync();
            await session.EndTranscriptAsync(_endReason);
        }
        finally
        {
            var notes = session.HasBareNewline ? " notes=bare_lf" : "";
            session.LeaveGate();
            session.Log.Info($"disconnect from {session.Client.NameAndAddress} {_statistics.ToString()}{notes}");
        }
    }

    private async ValueTask GreetAsync(Reply? refusal)
    {
        var isTooEarly = refusal is null && !_policy.Tls.IsWrapper && await NoteEarlyTalkAsync();
        var greeting = refusal ?? (isTooEarly ? Synchronization : await session.GreetAsync());
        if (_policy.Tls.IsWrapper)
        {
            if (!await TlsHandshake.BeginInWrapperAsync(session)) return;
            if (await NoteEarlyTalkAsync()) greeting = Synchronization;
            else if (greeting.Code == 220) greeting = TlsHandshake.Refuse(session) ?? greeting;
        }
        if (session.IsAccessDenied) session.Errors.AddError();
        if (greeting.Code == 220 || session.IsAccessDenied) await AnswerAsync(greeting);
        else await SayLastAsync(greeting);
    }

    /// <summary>
    /// Whether the client has talked before it was greeted, where that is forbidden: it does not listen either. This goes before all limits.
    /// </summary>
    private async ValueTask<bool> NoteEarlyTalkAsync()
    {
        if (!_policy.ForbidsUnauthPipelining || !_link.HasPendingInput) return false;
        await NoteImproperPipeliningAsync();
        return true;
    }

    private async ValueTask ServeAsync(Reply? refusal)
    {
        try
        {
            await GreetAsync(refusal);
            while (!session.IsClosing && _link.State == LinkState.Open) await ServeNextAsync();
        }
        catch (OperationCanceledException) when (session.Interrupted.IsCancellationRequested)
        {
            _link.NoteInterruption();
        }
    }

    private async ValueTask ServeNextAsync()
    {
        if (session.Errors.Errors >= _policy.HardErrorLimit)
        {
            await SayLastAsync(session.Greetings.TooManyErrors);
            LogEnd("too many errors");
            return;
        }
        switch (_link.Input.TryReadLine(out var line, out var isBareNewline))
        {
            case LineRead.NeedMore:
                await _link.FillAsync(isIdle: session.Transaction is null);
                break;
            case LineRead.Line when isBareNewline && !AcceptsBareNewline():
                var verb = SmtpCommands.NameOf(new CommandLine(line).Verb);
                await SayLastAsync(session.Refuse(verb, Verdict.Refuse(session.BareNewlineRefusal())));
                break;
            case LineRead.Line:
                await ServeLineAsync(line);
                break;
            case LineRead.TooLong:
                await AnswerUnknownAsync(LineTooLong);
                break;
            case LineRead.Endless:
                session.CloseAfterReply();
                await AnswerUnknownAsync(LineTooLong);
                break;
        }
    }

    private bool AcceptsBareNewline()
    {
        session.HasBareNewline |= session.BareNewline == BareNewline.Note;
        return session.BareNewline != BareNewline.Reject;
    }

    private ValueTask ServeLineAsync(ReadOnlySpan<byte> line)
    {
        _transcript?.AddCommand(IsPerhapsSecret(line) ? "(hidden)"u8 : line);
        if (line.Contains((byte)0)) return AnswerUnknownAsync(BadSyntax);
        if (_policy.SmtpUtf8Enable && !Utf8.IsValid(line)) return AnswerUnknownAsync(BadUtf8);
        return _policy.CommandFilter.IsEmpty ? ServeCommandAsync(line) : FilterAsync(Encoding.UTF8.GetString(line));
    }

    /// <summary>Carries out the line that the operator has put in the place of this one, if any.</summary>
    private async ValueTask FilterAsync(string text)
    {
        var found = await _policy.CommandFilter.LookupAsync(text.TrimStart(' ', '\t'), isPart: false, session.Interrupted);
        if (found.IsFailure)
        {
            session.Log.Warning($"{SmtpdParameters.CommandFilter.Name}: {found.Failure}");
            await SayLastAsync(new Reply($"421 4.3.0 {_policy.Hostname} Server local data error"));
            return;
        }
        if (found.Value is { } other)
            session.Log.Info($"{session.Client.NameAndAddress}: replacing command \"{Shown(text)}\" with \"{Shown(other)}\"");
        await ServeCommandAsync(Encoding.UTF8.GetBytes(found.Value ?? text));

        // What stands behind the mechanism of AUTH is a secret.
        static string Shown(string command) => command.TrimStart().StartsWith("AUTH ", StringComparison.OrdinalIgnoreCase)
            ? string.Join(' ', command.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2)) : command[..Math.Min(command.Length, MaxLogged)];
    }

    private ValueTask ServeCommandAsync(ReadOnlySpan<byte> line) =>
        _policy.NoopCommands.IsEmpty ? RunCommandAsync(line) : RunUnlessNoopAsync(line.ToArray());

    private async ValueTask RunUnlessNoopAsync(byte[] line)
    {
        var verb = Encoding.UTF8.GetString(new CommandLine(line).Verb);
        if (verb.Length == 0 || !(await _policy.NoopCommands.MatchAsync(verb, session.Interrupted)).IsMatch)
        {
            await RunCommandAsync(line);
            return;
        }
        session.Errors.AddJunk(_policy.JunkCommandLimit);
        await AnswerAsync(Ok);
    }

    private ValueTask RunCommandAsync(ReadOnlySpan<byte> line)
    {
        var parsed = new CommandLine(line);
        if (parsed.Verb.IsEmpty) return AnswerUnknownAsync(BadSyntax);
        var number = SmtpCommands.Find(parsed.Verb);
        return number < 0 ? AnswerForeignAsync(line) : RunCommandAsync(number, parsed.Argument);
    }

    private ValueTask RunCommandAsync(int number, ReadOnlySpan<byte> argument)
    {
        var command = SmtpCommands.All[number];
        session.Where = command.Verb;
        session.MayHearSecrets = false;
        if (_policy.Tls.IsRequired && session.Access.Tls is null && !command.Flags.HasFlag(CommandFlags.BeforeTls))
            return RefuseAsync(number, StartTlsFirst);
        // What is read to see what was sent too early takes the place of the line.
        return !session.Access.HasImproperPipelining && MustWaitAfter(command) && _link.HasPendingInput
            ? RunAheadOfTimeAsync(number, argument.ToArray()) : HandleAsync(number, argument);
    }

    private ValueTask RefuseAsync(int number, Reply reply)
    {
        _statistics.Count(number, isError: true);
        session.Errors.AddError();
        _transcript?.NoteError(reply);
        return AnswerAsync(reply);
    }

    /// <summary>Carries out a command although there is more behind it already, unless that is forbidden.</summary>
    private async ValueTask RunAheadOfTimeAsync(int number, byte[] argument)
    {
        await NoteImproperPipeliningAsync();
        if (!_policy.ForbidsUnauthPipelining)
        {
            await HandleAsync(number, argument);
            return;
        }
        _statistics.Count(number, isError: true);
        await SayLastAsync(Synchronization);
    }

    private ValueTask HandleAsync(int number, ReadOnlySpan<byte> argument)
    {
        var command = SmtpCommands.All[number];
        var refusals = _transcript?.Refusals;
        return FinishCommandAsync(number, refusals, session.IsAccessDenied && command.Verb != "QUIT"
            ? ValueTask.FromResult<CommandOutcome>(session.AccessDenied()) : command.Handler(session, argument));
    }

    private async ValueTask FinishCommandAsync(int number, int? refusals, ValueTask<CommandOutcome> handling)
    {
        var command = SmtpCommands.All[number];
        var outcome = await handling;
        _statistics.Count(number, outcome.IsError);
        if (outcome.IsError) session.Errors.AddError();
        if (outcome is { IsError: true, Reply: { } error } && _transcript?.Refusals == refusals) _transcript?.NoteError(error);
        if (command.Flags.HasFlag(CommandFlags.Junk)) session.Errors.AddJunk(_policy.JunkCommandLimit);
        if (outcome.Reply is not null) await AnswerAsync(outcome.Reply);
        if (_transcript?.Count > _policy.HistoryFlushThreshold && session.Transaction is null) await session.EndTranscriptAsync("");
    }

    private bool MustWaitAfter(SmtpCommand command) => command.Flags.HasFlag(CommandFlags.EndsGroup) || session.Access.Protocol != "ESMTP";

    private async ValueTask NoteImproperPipeliningAsync()
    {
        session.Access.HasImproperPipelining = true;
        if (_link.Input.IsEmpty) await _link.FillAsync(isIdle: false);
        var unread = _link.Input.Unread;
        var shown = SpokenText.Show(unread[..Math.Min(unread.Length, MaxLogged)], mayBeSecret: false);
        session.Log.Info($"improper command pipelining after {session.Where} from {session.Client.NameAndAddress}: {shown}");
    }

    /// <summary>A command that is not of this protocol: another protocol's, a line of a message, or just unknown.</summary>
    private ValueTask AnswerForeignAsync(ReadOnlySpan<byte> line) => AnswerForeignAsync(
        Encoding.UTF8.GetString(new CommandLine(line).Verb),
            SpokenText.Show(line[..Math.Min(line.Length, MaxLogged)], session.MayHearSecrets));

    private async ValueTask AnswerForeignAsync(string verb, string text)
    {
        if (session.IsAccessDenied)
        {
            await AnswerUnknownAsync(session.AccessDenied());
            return;
        }
        var isForbidden = LooksLikeHeader(verb) || (await _policy.ForbiddenCommands.MatchAsync(verb, session.Interrupted)).IsMatch;
        if (isForbidden) session.Log.Warning($"non-SMTP command from {session.Client.NameAndAddress}: {text}");
        await AnswerUnknownAsync(isForbidden ? BreakRules : NotRecognized);
    }

    /// <summary>A client that does not know that its attempt to sign in is over goes on with its name and its password.</summary>
    private bool IsPerhapsSecret(ReadOnlySpan<byte> line) => session.MayHearSecrets && SmtpCommands.Find(new CommandLine(line).Verb) < 0;

    private static bool LooksLikeHeader(string verb) => verb.IndexOf(':', StringComparison.Ordinal) > 0;

    private ValueTask AnswerUnknownAsync(Reply reply)
    {
        session.Where = "UNKNOWN";
        _transcript?.NoteError(reply);
        _statistics.Count(-1, isError: true);
        session.Errors.AddError();
        return AnswerAsync(reply);
    }

    private async ValueTask AnswerAsync(Reply reply)
    {
        if (session.Errors.Errors >= _policy.SoftErrorLimit && _policy.ErrorSleepTime > TimeSpan.Zero)
            await _link.PauseAsync(_policy.ErrorSleepTime);
        await SendAsync(reply);
    }

    /// <summary>Sends a reply. Some of them end the session.</summary>
    private ValueTask SendAsync(Reply reply)
    {
        if (reply.IsError && _policy.ErrorReplies is { } errors) return FinishAsync();
        Add(reply);
        return ValueTask.CompletedTask;

        async ValueTask FinishAsync() => Add(await errors.FinishAsync(reply, session.Access, session.Interrupted));

        void Add(Reply final)
        {
            _link.Output.Add(final);
            if (final.Code is 221 or 421 or 521) session.CloseAfterReply();
        }
    }

    private ValueTask SayLastAsync(Reply reply)
    {
        session.CloseAfterReply();
        return SendAsync(reply);
    }

    private async ValueTask EndAsync()
    {
        switch (_link.State)
        {
            case LinkState.TimedOut:
                await SendAsync(session.Greetings.TimedOut);
                LogEnd("timeout");
                break;
            case LinkState.Lost:
                // A client that leaves after its message without QUIT is impolite, but nothing is lost.
                if (session.Where != EndOfMessage.Name) LogEnd("lost connection");
                return;
            case LinkState.Stopped:
                await SendAsync(session.Greetings.Stopping);
                break;
        }
        await _link.CloseAsync();
    }

    private void LogEnd(string reason)
    {
        _endReason = reason;
        session.Log.Info($"{reason} after {session.Where} from {session.Client.NameAndAddress}");
    }
}
