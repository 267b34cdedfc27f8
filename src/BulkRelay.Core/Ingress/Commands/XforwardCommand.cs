using BulkRelay.Core.Ingress.Proxying;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Commands;

/// <summary>XFORWARD (Postfix: XFORWARD_README): where the next message came from, for the log and the queue.</summary>
internal static class XforwardCommand
{
    /// <summary>The line of EHLO.</summary>
    public const string Offer = "XFORWARD NAME ADDR PROTO HELO SOURCE PORT IDENT";

    private const int MaxProtocol = 64;

    private static readonly Reply InTransaction = new("503 5.5.1 Error: MAIL transaction in progress");
    private static readonly Reply NotAuthorized = new("550 5.7.0 Error: insufficient authorization");
    private static readonly Reply Ok = new("250 2.0.0 Ok");

    public static ValueTask<CommandOutcome> RunAsync(SmtpSession session, ReadOnlySpan<byte> argument) =>
        ValueTask.FromResult<CommandOutcome>(Run(session, argument));

    /// <summary>What XCLIENT and XFORWARD need before anything else. Null, or the refusal.</summary>
    public static Reply? Refuse(SmtpSession session, string verb, ReadOnlySpan<byte> argument, bool isAuthorized)
    {
        if (session.Transaction is not null) return InTransaction;
        if (argument.IsEmpty) return new Reply($"501 5.5.4 Syntax: {verb} attribute=value...");
        return isAuthorized ? null : NotAuthorized;
    }

    private static Reply Run(SmtpSession session, ReadOnlySpan<byte> argument)
    {
        if (Refuse(session, "XFORWARD", argument, session.MayXforward) is { } refusal) return refusal;
        var forwarded = session.Forwarded ??= new ForwardedClient();
        return ProxyAttributes.Read("XFORWARD", argument, (name, value) => Apply(forwarded, name, value)) ?? Ok;
    }

    private static bool? Apply(ForwardedClient client, string name, string value)
    {
        var known = ProxyAttributes.IsUnavailable(value) ? null : HeloCommand.Neuter(value);
        switch (name)
        {
            case "NAME":
                if (known is not null && !ProxyAttributes.IsHostName(known)) return null;
                client.Name = known ?? Client.UnknownName;
                return true;
            case "ADDR":
                var address = known is null ? null : ProxyAttributes.ParseAddress(known);
                if (known is not null && address is null) return null;
                client.Address = address?.ToString() ?? Client.UnknownName;
                return true;
            case "PORT":
                return ProxyAttributes.ParsePort(value) is not null ? true : null;
            case "PROTO":
                if (value.Length > MaxProtocol) return null;
                client.Protocol = known ?? Client.UnknownName;
                return true;
            case "HELO":
                client.HeloName = known ?? "";
                return true;
            case "IDENT":
                client.Ident = known ?? "";
                return true;
            case "SOURCE":
                client.IsLocal = known is null || known.Equals("LOCAL", StringComparison.OrdinalIgnoreCase);
                return client.IsLocal == true || known!.Equals("REMOTE", StringComparison.OrdinalIgnoreCase) ? true : null;
            default:
                return false;
        }
    }
}
