using System.Text;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>One attempt that Dovecot decides about: messages go to and fro as they are.</summary>
internal sealed class DovecotExchange(DovecotLink link, SaslMechanism mechanism, string service, SaslContext context) : ISaslExchange
{
    private const string Id = "1";
    private const int MaxReason = 200;

    private bool _isOpen;
    private string _login = "";

    public async ValueTask<SaslStep> StepAsync(ReadOnlyMemory<byte>? message, CancellationToken cancel)
    {
        var encoded = message is { } octets ? Convert.ToBase64String(octets.Span) : null;
        string line;
        if (_isOpen) line = $"CONT\t{Id}\t{encoded}\n";
        else
        {
            if (await link.OpenAsync(cancel) is { } trouble) return SaslStep.Unavailable("", trouble);
            _isOpen = true;
            line = First(encoded);
        }
        var (answer, problem) = await link.AskAsync(line, cancel);
        return answer is null ? SaslStep.Unavailable(_login, problem!) : Read(answer);
    }

    public ValueTask DisposeAsync() => link.DisposeAsync();

    private string First(string? initialResponse)
    {
        var line = new StringBuilder($"AUTH\t{Id}\t{mechanism.Name}\tservice={Escape(service)}\tnologin\tlip={context.Server}\trip={context.Client}");
        if (context.IsEncrypted) line.Append("\tsecured");
        // The response has to be the last one: it ends the line.
        if (initialResponse is not null) line.Append("\tresp=").Append(initialResponse.Length > 0 ? initialResponse : "=");
        return line.Append('\n').ToString();
    }

    private SaslStep Read(string[] answer)
    {
        if (answer is not [_, Id, ..]) return SaslStep.Unavailable(_login, "Dovecot gave an answer that makes no sense");
        if (Field(answer, "user=") is { } user) _login = user;
        switch (answer[0])
        {
            case "OK":
                return _login.Length > 0 && !_login.Any(char.IsControl) ? SaslStep.Success(_login)
                    : SaslStep.Unavailable("", "Dovecot does not say who signed in");
            case "CONT":
                return Decode(answer.ElementAtOrDefault(2) ?? "") is { } challenge ? SaslStep.Say(challenge)
                    : SaslStep.Unavailable(_login, "Dovecot sent bad base64");
            case "FAIL" when answer.Contains("temp") || Field(answer, "code=") == "temp_fail":
                return SaslStep.Unavailable(_login, Field(answer, "reason=") ?? "Dovecot could not look the user up");
            case "FAIL":
                return SaslStep.Failure(_login, Field(answer, "reason=") is { Length: > 0 and <= MaxReason } reason ? reason : SaslStep.WrongPassword);
            default:
                return SaslStep.Unavailable(_login, "Dovecot gave an answer that makes no sense");
        }
    }

    private static string? Field(string[] answer, string name) =>
        answer.Skip(2).FirstOrDefault(f => f.StartsWith(name, StringComparison.Ordinal)) is { } field ? Unescape(field[name.Length..]) : null;

    private static byte[]? Decode(string base64)
    {
        var octets = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, octets, out var length) ? octets[..length] : null;
    }

    private static string Escape(string text) => text.Replace("\u0001", "\u00011", StringComparison.Ordinal)
        .Replace("\t", "\u0001t", StringComparison.Ordinal).Replace("\n", "\u0001n", StringComparison.Ordinal);

    private static string Unescape(string text) => text.Replace("\u0001t", "\t", StringComparison.Ordinal).Replace("\u0001n", "\n", StringComparison.Ordinal)
        .Replace("\u0001r", "\r", StringComparison.Ordinal).Replace("\u00010", "\0", StringComparison.Ordinal)
        .Replace("\u00011", "\u0001", StringComparison.Ordinal);
}
