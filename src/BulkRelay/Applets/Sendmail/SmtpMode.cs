using BulkRelay.Core.Ingress;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Server.Applets.Sendmail;

/// <summary>
/// <c>sendmail -bs</c>: speaks SMTP on the standard streams, with the rules of the SMTP server but without its restrictions, as the user of
/// this machine may send anyway. What it accepts is handed over as any other local mail.
/// </summary>
internal static class SmtpMode
{
    /// <summary>Who may send is known; TLS, AUTH and the delivery options of a single recipient have no meaning on this way.</summary>
    private static readonly string[] StandAlone =
    [
        "smtpd_client_restrictions=", "smtpd_helo_restrictions=", "smtpd_sender_restrictions=", "smtpd_relay_restrictions=permit, reject",
        "smtpd_recipient_restrictions=", "smtpd_data_restrictions=", "smtpd_end_of_data_restrictions=", "smtpd_peername_lookup=no", "smtpd_forbid_unauth_pipelining=no",
        "smtpd_tls_security_level=none", "smtpd_sasl_auth_enable=no", "smtpd_discard_ehlo_keywords=dsn,xverp,silent-discard",
    ];

    public static async Task<int> RunAsync(SendmailOptions options, TextWriter error)
    {
        if (options.Arguments.Count > 0) return SendmailApplet.Fatal(error, "stand-alone mode requires no recipient", ExitStatus.Usage);
        if (ConfigFolder.Open(options.ConfigDirectory, StandAlone, error) is not { } configuration) return ExitStatus.TryAgain;
        var snapshot = configuration.Current;
        using var log = new MailLog(() => Stream.Null, "sendmail", TimeProvider.System);
        var (submitter, user, number) = (new Submitter(snapshot, TimeProvider.System), SubmitMode.CurrentUserId(), 0L);
        var services = new IngressServices
        {
            Log = log,
            Time = TimeProvider.System,
            NextMessageId = () => Interlocked.Increment(ref number),
            Submit = (message, cancel) => SubmitAsync(message, submitter, user, cancel),
        };
        var policy = SmtpdPolicy.Compile(snapshot, services.Time, _ => { });
        await StandAloneSession.RunAsync(Console.OpenStandardInput(), Console.OpenStandardOutput(), policy, services);
        return ExitStatus.Done;
    }

    private static async ValueTask<StoreResult> SubmitAsync(IncomingMessage message, Submitter submitter, int user, CancellationToken cancel)
    {
        var submission = new Submission
        {
            Sender = message.Envelope.Sender,
            Recipients = [.. message.Recipients.Select(r => r.Address)],
            UserId = user,
        };
        using var content = new MemoryStream();
        foreach (var segment in message.Content.Segments) content.Write(segment.Span);
        var result = await submitter.SubmitAsync(submission, () => FromStart(content), cancel);
        return result.Refusal.Length == 0 ? StoreResult.Stored : StoreResult.Unavailable;
    }

    private static MemoryStream FromStart(MemoryStream content)
    {
        content.Position = 0;
        return content;
    }
}
