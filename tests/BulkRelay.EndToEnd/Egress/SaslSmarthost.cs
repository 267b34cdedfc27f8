using System.Text;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Egress;

/// <summary>A real Postfix with TLS that takes mail only from who signs in, with a real Dovecot that knows who may.</summary>
internal sealed class SaslSmarthost : IAsyncDisposable
{
    private readonly DovecotAuth _dovecot;

    private SaslSmarthost(DovecotAuth dovecot, TlsSmarthost postfix)
    {
        _dovecot = dovecot;
        Postfix = postfix;
    }

    public TlsSmarthost Postfix { get; }

    /// <summary>As the relay's tables name it.</summary>
    public string Nexthop => $"[127.0.0.1]:{Postfix.Port}";

    /// <summary>Starts it.</summary>
    /// <param name="users">Lines <c>user:{PLAIN}password</c>.</param>
    /// <param name="mainCf">More lines for <c>main.cf</c>.</param>
    /// <param name="tokenInfoUrl">Where Dovecot asks about access tokens; empty if it takes none.</param>
    public static async Task<SaslSmarthost> StartAsync(string users, string mainCf = "", string tokenInfoUrl = "")
    {
        var dovecot = await DovecotAuth.StartAsync(users, tokenInfoUrl);
        return new SaslSmarthost(dovecot, await TlsSmarthost.StartAsync($"""
            smtpd_sasl_auth_enable = yes
            smtpd_sasl_type = dovecot
            smtpd_sasl_path = {dovecot.Socket}
            smtpd_sasl_authenticated_header = yes
            smtpd_relay_restrictions = permit_sasl_authenticated, reject
            {mainCf}
            """));
    }

    /// <summary>The next message: its first trace header tells as whom it was sent, and how.</summary>
    public async Task<string> ReceivedAsync()
    {
        try
        {
            return Encoding.ASCII.GetString((await Postfix.Inbox.NextAsync()).Content());
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"no mail came; log of the smarthost:\n{await File.ReadAllTextAsync(Postfix.LogFile)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Postfix.DisposeAsync();
        await _dovecot.DisposeAsync();
    }
}
