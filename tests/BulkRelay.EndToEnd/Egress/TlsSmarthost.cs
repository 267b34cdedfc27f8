using System.Globalization;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.EndToEnd.Egress;

/// <summary>A real Postfix with TLS as smarthost: STARTTLS on one port, TLS from the first octet on another, and a sink behind it.</summary>
internal sealed class TlsSmarthost : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TestCertificate _authority = TestCertificate.Make("Test CA", isRsa: true, isAuthority: true);
    private PostfixProcess _postfix = null!;

    private TlsSmarthost()
    {
    }

    public SinkInbox Inbox { get; } = new();

    public int Port => _postfix.Port;

    public int WrapperPort { get; } = FreePort.Next();

    /// <summary>The authority of the smarthost's certificate, which is for <c>postfix.test</c>.</summary>
    public string CaFile => _folder.File("ca.pem");

    /// <summary>The certificate and the key that its operator has given to the relay.</summary>
    public string ClientFile => _folder.File("client.pem");

    /// <summary>The log of the smarthost.</summary>
    public string LogFile => _postfix.LogFile;

    /// <summary>Starts it.</summary>
    /// <param name="mainCf">Lines for its <c>main.cf</c>; <c>FINGERPRINT</c> stands for that of the client's certificate.</param>
    /// <param name="smtpdConf">Lines for its <c>sasl/smtpd.conf</c>.</param>
    public static async Task<TlsSmarthost> StartAsync(string mainCf = "", string smtpdConf = "")
    {
        var smarthost = new TlsSmarthost();
        await smarthost.PrepareAsync(mainCf, smtpdConf);
        return smarthost;
    }

    public async ValueTask DisposeAsync()
    {
        await _postfix.DisposeAsync();
        await Inbox.DisposeAsync();
        _folder.Dispose();
    }

    private async Task PrepareAsync(string mainCf, string smtpdConf)
    {
        var server = TestCertificate.Make("mx", _authority, isRsa: true, names: "postfix.test");
        var client = TestCertificate.Make("relay.test", _authority, isRsa: true);
        await File.WriteAllTextAsync(CaFile, _authority.CertificatePem);
        await File.WriteAllTextAsync(ClientFile, client.KeyPem + client.CertificatePem);
        await File.WriteAllTextAsync(_folder.File("server.pem"), server.KeyPem + server.CertificatePem);
        var fingerprint = Core.Tls.Fingerprint.OfCertificate(client.Certificate, System.Security.Cryptography.HashAlgorithmName.SHA256);
        _postfix = await PostfixProcess.StartAsync(Inbox.Port, $"""
            smtpd_tls_security_level = may
            smtpd_tls_chain_files = {_folder.File("server.pem")}
            smtpd_tls_CAfile = {CaFile}
            smtpd_tls_loglevel = 1
            smtpd_tls_received_header = yes
            {mainCf.Replace("FINGERPRINT", fingerprint, StringComparison.Ordinal)}
            """, [string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{WrapperPort} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes")], smtpdConf);
    }
}
