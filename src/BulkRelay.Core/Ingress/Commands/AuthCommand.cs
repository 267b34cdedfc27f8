using System.Security.Cryptography;
using System.Text;
using BulkRelay.Core.Ingress.Sasl;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Commands;

/// <summary>AUTH (RFC 4954): a client signs in. What it says is neither logged nor kept; replies and log lines are Postfix's.</summary>
internal static class AuthCommand
{
    private const int MaxMechanism = 100;

    private static readonly Reply NotEnabled = new("503 5.5.1 Error: authentication not enabled");
    private static readonly Reply HeloFirst = new("503 5.5.1 Error: send HELO/EHLO first");
    private static readonly Reply InTransaction = new("503 5.5.1 Error: MAIL transaction in progress");
    private static readonly Reply Already = new("503 5.5.1 Error: already authenticated");
    private static readonly Reply SyntaxError = new("501 5.5.4 Syntax: AUTH mechanism");
    private static readonly Reply Aborted = new("501 5.7.0 Authentication aborted");
    private static readonly Reply TooLong = new("500 5.5.6 SASL response limit exceeded");
    private static readonly Reply Ok = new("235 2.7.0 Authentication successful");

    public static ValueTask<CommandOutcome> RunAsync(SmtpSession session, ReadOnlySpan<byte> argument)
    {
        session.MayHearSecrets = true;
        if (session.Gate?.CountAuth() is { } tooMany) return Say(tooMany);
        if (session.ActiveSasl is not { } policy) return Say(NotEnabled);
        if (session.Access.HeloName.Length == 0) return Say(HeloFirst);
        if (session.Transaction is not null) return Say(InTransaction);
        if (session.Access.Sasl is not null) return Say(Already);
        var words = new CommandLine(argument);
        if (words.Verb.IsEmpty || words.Argument.IndexOfAny((byte)' ', (byte)'\t') >= 0) return Say(SyntaxError);
        var name = Encoding.UTF8.GetString(words.Verb[..Math.Min(words.Verb.Length, MaxMechanism)]).ToUpperInvariant();
        (AuthAnswer Answer, byte[] Message)? initial = words.Argument.IsEmpty ? null
            : words.Argument.SequenceEqual("="u8) ? (AuthAnswer.Message, []) : AuthReader.Decode(words.Argument);
        return RunAsync(session, policy, name, initial);
    }

    private static async ValueTask<CommandOutcome> RunAsync(
        SmtpSession session, SaslPolicy policy, string name, (AuthAnswer Answer, byte[] Message)? initial)
    {
        if (!await PayAsync(session))
        {
            CryptographicOperations.ZeroMemory(initial?.Message);
            return CommandOutcome.Interrupted;
        }
        var context = session.SaslContext();
        var mechanism = (await policy.MechanismsAsync(context, session.Interrupted)).FirstOrDefault(m => m.Name == name);
        if (mechanism is null) return await FailAsync(session, name, SaslStep.Failure("", "Invalid authentication mechanism"));
        await using var exchange = policy.Begin(mechanism, context);
        try
        {
            return await TalkAsync(session, policy, mechanism, exchange, initial);
        }
        finally
        {
            session.Link.Input.Wipe();
        }
    }

    /// <summary>
    /// Lets the time pass that the client's address owes for failures on other connections, before anything is looked at: a right guess
    /// would be known as soon as a wrong one. False if the client has gone meanwhile.
    /// </summary>
    private static async ValueTask<bool> PayAsync(SmtpSession session)
    {
        var owed = session.Services.SignIns.Failures.Owed(session.Client.Address);
        return owed == TimeSpan.Zero || await session.Link.PauseAsync(owed);
    }

    private static async ValueTask<CommandOutcome> TalkAsync(
        SmtpSession session, SaslPolicy policy, SaslMechanism mechanism, ISaslExchange exchange, (AuthAnswer Answer, byte[] Message)? answer)
    {
        for (var where = "initial"; ; where = "continued")
        {
            switch (answer?.Answer)
            {
                case AuthAnswer.None:
                    return CommandOutcome.Interrupted;
                case AuthAnswer.Cancelled:
                    session.Log.Warning($"{session.Client.NameAndAddress}: SASL {mechanism.Name} authentication aborted");
                    return Aborted;
                case AuthAnswer.TooLong:
                    session.Log.Warning($"{session.Client.NameAndAddress}: SASL {mechanism.Name} authentication failed: response limit exceeded");
                    return TooLong;
                case AuthAnswer.BadBase64:
                    return await FailAsync(session, mechanism.Name, SaslStep.Failure("", $"Invalid base64 data in {where} response"), code: "501 5.5.2");
            }
            var step = await exchange.StepAsync(answer is { } given ? given.Message : (ReadOnlyMemory<byte>?)null, session.Interrupted);
            CryptographicOperations.ZeroMemory(answer?.Message);
            if (step.Outcome == SaslOutcome.Success) return SignIn(session, mechanism, step);
            if (step.Outcome != SaslOutcome.Challenge) return await FailAsync(session, mechanism.Name, step);
            session.Link.Output.Add(new Reply($"334 {Convert.ToBase64String(step.Challenge.Span)}"));
            answer = await AuthReader.ReadAsync(session, policy.ResponseLimit);
        }
    }

    private static CommandOutcome SignIn(SmtpSession session, SaslMechanism mechanism, in SaslStep step)
    {
        session.SignIn(new SaslIdentity(mechanism.Name, step.Login));
        return Ok;
    }

    private static async ValueTask<CommandOutcome> FailAsync(SmtpSession session, string mechanism, SaslStep step, string code = "535 5.7.8")
    {
        var login = step.Login.Length > 0 ? step.Login : "(unavailable)";
        if (step.Trouble.Length > 0) session.Log.Warning($"SASL authentication problem: {step.Trouble}");
        session.Log.Warning($"{session.Client.NameAndAddress}: SASL {mechanism} authentication failed: {step.Reason}, sasl_username={login}");
        if (step.Outcome == SaslOutcome.Unavailable) return new Reply($"454 4.7.0 Temporary authentication failure: {step.Reason}");
        var delay = session.Services.SignIns.Failures.Add(session.Client.Address);
        if (delay > TimeSpan.Zero) await session.Link.PauseAsync(delay);
        return new Reply($"{code} Error: authentication failed: {step.Reason}");
    }

    private static ValueTask<CommandOutcome> Say(Reply reply) => ValueTask.FromResult<CommandOutcome>(reply);
}
