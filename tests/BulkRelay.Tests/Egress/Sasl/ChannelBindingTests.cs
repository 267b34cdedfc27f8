using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using BulkRelay.Core.Queue;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Egress.Sasl;

/// <summary>SCRAM that is bound to its TLS connection (RFC 5802 section 6, RFC 5929): who stands between two connections is found out.</summary>
public sealed class ChannelBindingTests
{
    private const string Salt = "W22ZaJ0SNY7soEsUEjb6gQ==";

    private static readonly TestCertificate Certificate = TestCertificate.Make("sink.test");

    [Fact]
    public async Task The_exchange_is_bound_to_the_servers_certificate()
    {
        await using var fixture = Fixture();
        await using var server = Server(Certificate);

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        await server.EndedAsync();
    }

    [Fact]
    public async Task A_server_with_another_certificate_than_it_binds_to_notices()
    {
        await using var fixture = Fixture();
        await using var server = Server(TestCertificate.Make("sink.test"));

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Reason.ShouldEndWith("SCRAM-SHA-256-PLUS: the server says: channel-bindings-dont-match");
    }

    [Fact]
    public async Task In_clear_there_is_nothing_to_bind_to()
    {
        await using var fixture = Fixture(("smtp_tls_security_level", "none"));
        await using var server = new ScriptedServer(c => c.GreetAsync("AUTH SCRAM-SHA-256-PLUS"));

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Reason.ShouldContain("SCRAM-SHA-256-PLUS (needs TLS to bind to)");
    }

    private static EgressFixture Fixture(params (string Name, string Value)[] settings) => new(
    [
        ("smtp_sasl_auth_enable", "yes"), ("smtp_sasl_password_maps", "inline:{127.0.0.1=user:pencil}"), ("smtp_sasl_mechanism_filter", "scram-sha-256-plus"),
        ("smtp_tls_security_level", "encrypt"), .. settings,
    ]);

    /// <summary>A server that shows one certificate, and binds to the one that it should have.</summary>
    private static ScriptedServer Server(TestCertificate expected) => new(async c =>
    {
        await c.GreetAsync("STARTTLS");
        await c.ExpectAsync("STARTTLS");
        await c.SayAsync("220 Go on");
        await c.StartTlsAsync();
        await c.ExpectAsync("EHLO");
        await c.SayAsync("250-sink\r\n250-AUTH SCRAM-SHA-256 SCRAM-SHA-256-PLUS\r\n250 PIPELINING");
        var initial = Decode((await c.ExpectAsync("AUTH SCRAM-SHA-256-PLUS ")).Split(' ')[2]);
        initial.ShouldStartWith("p=tls-server-end-point,,n=user,r=");
        var nonce = initial.Split(",r=")[1] + "server";
        var first = $"r={nonce},s={Salt},i=4096";
        await c.SayAsync($"334 {Encode(Encoding.UTF8.GetBytes(first))}");
        var final = Decode(await c.ExpectAsync(""));
        var bound = Encode([.. Encoding.ASCII.GetBytes("p=tls-server-end-point,,"), .. SHA256.HashData(expected.Certificate.RawData)]);
        if (!final.StartsWith($"c={bound},r={nonce},p=", StringComparison.Ordinal))
        {
            await c.SayAsync($"334 {Encode("e=channel-bindings-dont-match"u8)}");
            await c.ExpectAsync("*");
            await c.SayAsync("501 5.0.0 aborted");
            return;
        }
        await c.SayAsync($"334 {Encode(Encoding.ASCII.GetBytes($"v={SignatureOf($"{initial[24..]},{first},{final[..final.LastIndexOf(",p=", StringComparison.Ordinal)]}")}"))}");
        (await c.ExpectAsync("")).ShouldBe("");
        await c.SayAsync("235 2.7.0 ok");
        await c.TakeMailAsync();
    })
    { Tls = new SslServerAuthenticationOptions { ServerCertificate = Certificate.ForServer } };

    private static string SignatureOf(string message)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2("pencil", Convert.FromBase64String(Salt), 4096, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        return Encode(HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), Encoding.UTF8.GetBytes(message)));
    }

    private static string Encode(ReadOnlySpan<byte> octets) => Convert.ToBase64String(octets);

    private static string Decode(string text) => Encoding.UTF8.GetString(Convert.FromBase64String(text));
}
