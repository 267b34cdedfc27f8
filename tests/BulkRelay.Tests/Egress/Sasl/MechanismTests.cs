using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Egress.Sasl;
using MailKit.Security;
using SaslMechanism = BulkRelay.Core.Egress.Sasl.SaslMechanism;

namespace BulkRelay.Tests.Egress.Sasl;

/// <summary>The examples of the RFCs, and what servers may get wrong.</summary>
[SuppressMessage("Security", "CA5351", Justification = "Some mechanisms are defined with MD5.")]
public sealed class MechanismTests
{
    private const string Nonce = "rOprNGfwEbeRWgbNEkqO";
    private const string ServerNonce = Nonce + "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

    [Theory]
    [InlineData("SCRAM-SHA-1", "fyko+d2lbbFgONRv9qkxdawL", "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
        "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
        "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=")]
    [InlineData("SCRAM-SHA-256", Nonce, "n,,n=user,r=" + Nonce, $"r={ServerNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        $"c=biws,r={ServerNonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")]
    public void Scram_is_as_in_RFC_5802_and_RFC_7677(string mechanism, string nonce, string first, string challenge, string proof, string signature)
    {
        var exchange = Scram(mechanism, nonce, out var initial);

        initial.ShouldBe(first);
        Say(exchange, challenge).ShouldBe(proof);
        exchange.CheckSuccess().ShouldNotBeNull();
        Say(exchange, signature).ShouldBe("");
        exchange.CheckSuccess().ShouldBeNull();
        exchange.Respond(""u8).Fault.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("r=another,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "nonce")]
    [InlineData($"r={Nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "nonce")]
    [InlineData($"r={ServerNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095", "4095 iterations")]
    [InlineData($"r={ServerNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1000001", "1000001 iterations")]
    [InlineData($"r={ServerNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=99999999999", "form")]
    [InlineData($"r={ServerNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=-1", "form")]
    [InlineData($"r={ServerNonce},s=*,i=4096", "salt")]
    [InlineData($"r={ServerNonce},s=,i=4096", "form")]
    [InlineData($"r={ServerNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,i=1", "form")]
    [InlineData($"r={ServerNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,x", "form")]
    [InlineData($"r={ServerNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,x=1,x=2", "sense")]
    [InlineData($"m=ext,r={ServerNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "form")]
    [InlineData("", "form")]
    public void Scram_refuses_a_challenge_that_makes_no_sense_or_is_dangerous(string challenge, string fault) =>
        Scram("SCRAM-SHA-256", Nonce, out _)
            .Respond(Encoding.UTF8.GetBytes(challenge)).Fault.ShouldNotBeNull().ShouldContain(fault);

    [Theory]
    [InlineData("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "signature is wrong")]
    [InlineData("v=", "signature is wrong")]
    [InlineData("", "signature is wrong")]
    [InlineData("e=invalid-proof", "the server says: invalid-proof")]
    public void Scram_believes_no_server_without_the_right_signature(string final, string fault)
    {
        var exchange = Scram("SCRAM-SHA-256", Nonce, out _);
        Say(exchange, $"r={ServerNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");

        exchange.Respond(Encoding.UTF8.GetBytes(final)).Fault.ShouldNotBeNull().ShouldContain(fault);
        exchange.CheckSuccess().ShouldNotBeNull();
    }

    [Fact]
    public void Scram_escapes_the_name_and_takes_no_password_that_cannot_be_prepared()
    {
        Initial(Begin("SCRAM-SHA-256", "a=b,c", "x")).ShouldStartWith("n,,n=a=3Db=2Cc,r=");
        Named("SCRAM-SHA-256").Begin(Login("user", "pass\tword")).ShouldBeNull();
        Named("SCRAM-SHA-1").Begin(Login("\u00AD", "password")).ShouldBeNull();
        Named("SCRAM-SHA-512").Begin(Login("user", "\U0001F511")).ShouldBeNull();
    }

    [Fact]
    public void Scram_512_proves_to_a_server_that_keeps_keys_only_and_is_shown_that_it_has_them()
    {
        const string Salt = "QSXCR+Q6sek8bf92";
        var exchange = Begin("SCRAM-SHA-512", "user", "pencil");
        var first = Initial(exchange)["n,,".Length..];
        var nonce = first.Split(",r=")[1] + "server";
        var final = $"c=biws,r={nonce}";

        var answer = Say(exchange, $"r={nonce},s={Salt},i=4096");
        answer.ShouldStartWith($"{final},p=");
        var (stored, server) = ScramKeysOf("pencil", Salt);
        var message = Encoding.UTF8.GetBytes($"{first},r={nonce},s={Salt},i=4096,{final}");
        var key = Convert.FromBase64String(answer[(final.Length + 3)..]).Zip(HMACSHA512.HashData(stored, message), (a, b) => (byte)(a ^ b)).ToArray();
        SHA512.HashData(key).ShouldBe(stored);
        Say(exchange, $"v={Convert.ToBase64String(HMACSHA512.HashData(server, message))}").ShouldBe("");
        exchange.CheckSuccess().ShouldBeNull();
    }

    [Fact]
    public void Cram_md5_is_as_in_RFC_2195()
    {
        var exchange = Begin("CRAM-MD5", "tim", "tanstaaftanstaaf");

        exchange.Begin().ShouldBe(default);
        Say(exchange, "<1896.697170952@postoffice.reston.mci.net>").ShouldBe("tim b913a602c7eda7a495b4e6e7334d3890");
        exchange.Respond("again"u8).Fault.ShouldNotBeNull();
        Begin("CRAM-MD5", "tim", "x").Respond([]).Fault.ShouldBe("the challenge is empty");
    }

    [Fact]
    public void Digest_md5_is_as_in_RFC_2831()
    {
        var client = new SaslMechanismDigestMd5("chris", "secret");
        ClientNonce(client) = "OA6MHXh6VqTrRk";
        MailKitContext.Give(client, new SaslCredentials("chris", "secret", "elwood.innosoft.com", 587));
        var exchange = new SaslExchange(Named("DIGEST-MD5"), client);

        exchange.Begin().ShouldBe(default);
        // The example is for imap and acap; the digests are those of the same data for smtp.
        var answer = Say(exchange, "realm=\"elwood.innosoft.com\",nonce=\"OA6MG9tEQGm2hh\",qop=\"auth\",algorithm=md5-sess,charset=utf-8");
        answer.ShouldContain("digest-uri=\"smtp/elwood.innosoft.com\"");
        answer.ShouldContain($"response={DigestOf("AUTHENTICATE:smtp/elwood.innosoft.com")}");
        exchange.CheckSuccess().ShouldNotBeNull();
        Say(exchange, $"rspauth={DigestOf(":smtp/elwood.innosoft.com")}").ShouldBe("");
        exchange.CheckSuccess().ShouldBeNull();
    }

    [Theory]
    [InlineData("rspauth=ea40f60335c427b5527b84dbabcdfffd")]
    [InlineData("")]
    [InlineData("x")]
    public void Digest_md5_believes_no_server_without_the_right_digest(string final)
    {
        var exchange = Begin("DIGEST-MD5", "chris", "secret");
        Say(exchange, "realm=\"r\",nonce=\"n\",qop=\"auth\",algorithm=md5-sess,charset=utf-8");

        exchange.Respond(Encoding.UTF8.GetBytes(final)).Fault.ShouldNotBeNull();
        exchange.CheckSuccess().ShouldNotBeNull();
    }

    [Fact]
    public void Ntlm_is_as_in_Microsofts_example_of_version_2()
    {
        // MS-NLMP section 4.2.4: user and password of 4.2.1, challenge message of 4.2.4.3.
        var exchange = Begin("NTLM", "Domain\\User", "Password");
        var negotiate = exchange.Begin().Response!;
        Encoding.ASCII.GetString(negotiate, 0, 7).ShouldBe("NTLMSSP");
        var challenge = Convert.FromHexString("4e544c4d53535000020000000c000c003800000033828ae20123456789abcdef00000000000000002400240044000000"
            + "06007017" + "0000000f" + "53006500720076006500720002000c0044006f006d00610069006e0001000c0053006500720076006500720000000000");

        var answer = exchange.Respond(challenge).Response!;

        Encoding.ASCII.GetString(answer, 0, 7).ShouldBe("NTLMSSP");
        var (at, length) = (BitConverter.ToInt32(answer, 24), BitConverter.ToUInt16(answer, 20));
        var response = answer.AsSpan(at, length);
        // NTOWFv2("Password", "User", "Domain") as the example has it; the proof is its HMAC over server's challenge and client's data.
        var key = Convert.FromHexString("0c868a403bfd7a93a3001ef22ef02e3f");
        HMACMD5.HashData(key, (byte[])[.. Convert.FromHexString("0123456789abcdef"), .. response[16..]]).ShouldBe(response[..16].ToArray());
        exchange.Respond(challenge).Fault.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("NTLMSSP")]
    [InlineData("NTLMSSP\0\u0002\0\0\0\u00ff\u00ff\u00ff\u00ff\u007f\u007f\u007f\u007f\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
    public void Ntlm_takes_no_challenge_that_makes_no_sense(string challenge)
    {
        var exchange = Begin("NTLM", "user", "secret");
        exchange.Begin();
        exchange.Respond(Encoding.Latin1.GetBytes(challenge)).Fault.ShouldNotBeNull();
    }

    [Fact]
    public void Plain_is_as_in_RFC_4616()
    {
        Initial(Begin("PLAIN", "tim", "tanstaaftanstaaf")).ShouldBe("\0tim\0tanstaaftanstaaf");
        Initial(Begin("PLAIN", "t\u00EFm", "\U0001F511")).ShouldBe("\0t\u00EFm\0\U0001F511");
    }

    [Fact]
    public void Login_answers_in_order_whatever_the_words()
    {
        var exchange = Begin("LOGIN", "tim", "secret");

        exchange.Begin().ShouldBe(default);
        Say(exchange, "Benutzer:").ShouldBe("tim");
        Say(exchange, "").ShouldBe("secret");
        exchange.Respond("and now?"u8).Fault.ShouldNotBeNull();
    }

    [Fact]
    public void Oauthbearer_is_as_in_RFC_7628()
    {
        var exchange = Named("OAUTHBEARER").Begin(new SaslCredentials("user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==", "server.example.com", 143))!;

        Convert.ToBase64String(exchange.Begin().Response!).ShouldBe("bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyI"
            + "HZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB");
        Say(exchange, """{"status":"invalid_token"}""").ShouldBe("\u0001");
        exchange.Explanation.ShouldBe("""{"status":"invalid_token"}""");
        exchange.Respond([]).Fault.ShouldNotBeNull();
        Initial(Begin("OAUTHBEARER", "\u00FC,=", "x")).ShouldStartWith("n,a=\u00FC=2C=3D,\u0001");
    }

    [Fact]
    public void Xoauth2_is_as_the_providers_describe_it()
    {
        var exchange = Begin("XOAUTH2", "someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg");

        Convert.ToBase64String(exchange.Begin().Response!).ShouldBe("dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==");
        Say(exchange, """{"status":"401"}""").ShouldBe("");
        exchange.Explanation.ShouldBe("""{"status":"401"}""");
        exchange.Respond([]).Fault.ShouldNotBeNull();
        Initial(Begin("XOAUTH2", "m\u00FCller@example.com", "x")).ShouldBe("user=m\u00FCller@example.com\u0001auth=Bearer x\u0001\u0001");
    }

    [Theory]
    [InlineData("under_score.example", "under_score.example")]
    [InlineData("::1", "[::1]")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("-odd-.example", "-odd-.example")]
    [InlineData("a b", null)]
    public void Any_name_of_a_server_will_do_where_the_mechanism_does_not_send_it(string host, string? sent)
    {
        var login = new SaslCredentials("user", "secret", host, 587);
        foreach (var mechanism in SaslMechanisms.All.Where(m => m.Name is not ("OAUTHBEARER" or "DIGEST-MD5"))) mechanism.Begin(login).ShouldNotBeNull(mechanism.Name);
        var bearer = Named("OAUTHBEARER").Begin(login);
        if (sent is null) bearer.ShouldBeNull();
        else Initial(bearer!).ShouldContain($"\u0001host={sent}\u0001port=587\u0001");
    }

    [Fact]
    public void The_documentation_names_the_mechanisms_in_their_order() =>
        SaslClientParameters.Smtp.MechanismFilter.Documentation.ShouldContain(string.Join(", ", SaslMechanisms.All.Select(m => m.Name)) + ".");

    [Fact]
    public void No_server_can_keep_an_exchange_going()
    {
        foreach (var mechanism in SaslMechanisms.All)
        {
            var exchange = mechanism.Begin(Login("user", "secret"))!;
            exchange.Begin();
            Enumerable.Range(0, 10).Any(_ => exchange.Respond("c2FtZQ=="u8).Fault is not null).ShouldBeTrue(mechanism.Name);
        }
    }

    [Theory]
    [InlineData("c2FtZQ==", true)]
    [InlineData("", true)]
    [InlineData("c2Ft ZQ==", false)]
    [InlineData("c2FtZQ=", false)]
    [InlineData("c2F\ttZQ==", false)]
    [InlineData("c2Ft*Q==", false)]
    public void Base64_is_read_strictly(string text, bool isValid) => (SaslBase64.Decode(text) is not null).ShouldBe(isValid);

    [Fact]
    public void Secrets_are_in_no_text_of_their_own()
    {
        Login("user", "tanstaaf").ToString().ShouldBe("user");
        new SaslLogin("user", "tanstaaf").ToString().ShouldBe("user");
        var mask = new SecretMask();
        mask.Add("tanstaaf");
        mask.Apply("535 'TANSTAAF' is wrong").ShouldBe("535 '***' is wrong");
    }

    private static SaslCredentials Login(string user, string secret) => new(user, secret, "server.example.com", 587);

    private static SaslMechanism Named(string name) => SaslMechanisms.All.Single(m => m.Name == name);

    private static SaslExchange Begin(string mechanism, string user, string secret) => Named(mechanism).Begin(Login(user, secret))!;

    private static string Initial(SaslExchange exchange) => Encoding.UTF8.GetString(exchange.Begin().Response!);

    private static SaslExchange Scram(string mechanism, string nonce, out string initial)
    {
        var row = Named(mechanism);
        var client = (SaslMechanismScramBase)row.Create(Login("user", "pencil"))!;
        ClientNonce(client) = nonce;
        var exchange = new SaslExchange(row, client);
        initial = Initial(exchange);
        return exchange;
    }

    private static (byte[] Stored, byte[] Server) ScramKeysOf(string password, string salt)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, Convert.FromBase64String(salt), 4096, HashAlgorithmName.SHA512, SHA512.HashSizeInBytes);
        return (SHA512.HashData(HMACSHA512.HashData(salted, "Client Key"u8)), HMACSHA512.HashData(salted, "Server Key"u8));
    }

    private static string DigestOf(string a2)
    {
        var secret = MD5.HashData("chris:elwood.innosoft.com:secret"u8);
        var a1 = Convert.ToHexStringLower(MD5.HashData([.. secret, .. ":OA6MG9tEQGm2hh:OA6MHXh6VqTrRk"u8]));
        return Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(
            $"{a1}:OA6MG9tEQGm2hh:00000001:OA6MHXh6VqTrRk:auth:{Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(a2)))}")));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "cnonce")]
    private static extern ref string? ClientNonce(SaslMechanismScramBase mechanism);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "cnonce")]
    private static extern ref string? ClientNonce(SaslMechanismDigestMd5 mechanism);

    private static string Say(SaslExchange exchange, string challenge)
    {
        var step = exchange.Respond(Encoding.UTF8.GetBytes(challenge));
        step.Fault.ShouldBeNull();
        return Encoding.UTF8.GetString(step.Response!);
    }
}
