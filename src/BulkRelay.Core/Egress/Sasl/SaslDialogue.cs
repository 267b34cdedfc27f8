using System.Text;
using BulkRelay.Core.Observability;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>
/// One AUTH command (RFC 4954): carries the messages of an exchange over a connection, in base64. It lasts at most as many challenges as the
/// mechanism has, and each wait is limited.
/// </summary>
internal sealed class SaslDialogue(SmtpConnection connection, TimeSpan timeout)
{
    /// <summary>RFC 4954 section 4: an AUTH command is no longer than other commands. What does not fit is asked for by the server.</summary>
    private const int MaxCommandLength = 512;

    private readonly SecretMask _mask = new();

    /// <summary>Runs the exchange.</summary>
    /// <exception cref="ConnectionFaultException">The connection broke.</exception>
    public async Task<SaslResult> RunAsync(string mechanism, SaslExchange exchange, string secret)
    {
        _mask.Add(secret);
        var first = exchange.Begin();
        if (first.Fault is { } fault) return new SaslResult(null, _mask.Apply(Printable(fault)));
        var initial = first.Response is { } octets ? Encode(octets) : null;
        var isSent = initial is not null && mechanism.Length + initial.Length + 8 <= MaxCommandLength;
        var reply = await (isSent ? SayAsync("AUTH ", mechanism, " ", initial!) : SayAsync("AUTH ", mechanism));
        while (reply.Class == 3)
        {
            string answer;
            if (initial is not null && !isSent)
            {
                isSent = true;
                if (ChallengeOf(reply).Length > 0) return await StopAsync("the server's first challenge is not empty");
                answer = initial;
            }
            else
            {
                if (SaslBase64.Decode(ChallengeOf(reply)) is not { } challenge) return await StopAsync("the server's challenge is not base64");
                var step = exchange.Respond(challenge);
                if (step.Response is not { } response) return await StopAsync(step.Fault!);
                answer = response.Length == 0 ? "" : Encode(response);
            }
            reply = await SayAsync(answer);
        }
        if (reply.Class == 2 && exchange.CheckSuccess() is { } doubt) return new SaslResult(null, doubt);
        return new SaslResult(reply, _mask.Apply(reply.Text + Explanation(exchange)));
    }

    /// <summary>What follows the code, without the blank between; a challenge has one line.</summary>
    private static string ChallengeOf(ReceivedReply reply) => reply.Lines is [{ Length: > 4 } line] ? line[4..].Trim(' ') : reply.Lines.Count == 1 ? "" : "-";

    private static string Explanation(SaslExchange exchange) => exchange.Explanation.Length == 0 ? ""
        : $" ({Printable(exchange.Explanation)})";

    private static string Printable(string text) => Encoding.UTF8.GetString(LogText.MakePrintable(Encoding.UTF8.GetBytes(text)));

    /// <summary>RFC 4954 section 4: an asterisk in place of an answer ends the exchange.</summary>
    private async Task<SaslResult> StopAsync(string why)
    {
        await SayAsync("*");
        return new SaslResult(null, _mask.Apply(Printable(why)));
    }

    private string Encode(byte[] octets)
    {
        var text = Convert.ToBase64String(octets);
        _mask.Add(text);
        return text;
    }

    private async Task<ReceivedReply> SayAsync(params string[] parts)
    {
        if (connection.HasUnreadReply) throw new ConnectionFaultException(ConnectionFault.Protocol, "a reply to nothing");
        CommandWriter.Write(connection.Output, parts);
        await connection.FlushAsync(timeout);
        return await connection.ReadReplyAsync(timeout);
    }
}
