using System.Security.Cryptography;
using System.Text;
using BulkRelay.Core.Egress.Sasl;

namespace BulkRelay.Tests.Egress.Sasl;

/// <summary>The examples of the RFCs, and what servers may get wrong.</summary>
public sealed class MechanismTests
{
    private const string Nonce = "rOprNGfwEbeRWgbNEkqO";
    private const string ServerNonce = Nonce + "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

    [Theory]
    [InlineData("SHA1", "fyko+d2lbbFgONRv9qkxdawL", "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
        "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
        "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=")]
    [InlineData("SHA256", Nonce, "n,,n=user,r=" + Nonce, $"r={ServerNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        $"c=biws,r={ServerNonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")]
    public void Scram_is_as_in_RFC_5802_and_RFC_7677(string hash, string nonce, string first, string challenge, string proof, string signature)
    {
        var exchange = ScramExchange.Create(new HashAlgorithmName(hash), Login("user", "pencil"), nonce)!;

        Encoding.UTF8.GetString(exchange.Initial).ShouldBe(first);
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
    [InlineData($"m=ext,r={ServerNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "form")]
    [InlineData("", "form")]
    public void Scram_refuses_a_challenge_that_makes_no_sense_or_is_dangerous(string challenge, string fault) =>
        ScramExchange.Create(HashAlgorithmName.SHA256, Login("user", "pencil"), Nonce)!
            .Respond(Encoding.UTF8.GetBytes(challenge)).Fault.ShouldNotBeNull().ShouldContain(fault);

    [Theory]
    [InlineData("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "signature is wrong")]
    [InlineData("v=", "signature is wrong")]
    [InlineData("", "signature is wrong")]
    [InlineData("e=invalid-proof", "the server says: invalid-proof")]
    public void Scram_believes_no_server_without_the_right_signature(string final, string fault)
    {
        var exchange = ScramExchange.Create(HashAlgorithmName.SHA256, Login("user", "pencil"), Nonce)!;
        Say(exchange, $"r={ServerNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");

        exchange.Respond(Encoding.UTF8.GetBytes(final)).Fault.ShouldNotBeNull().ShouldContain(fault);
        exchange.CheckSuccess().ShouldNotBeNull();
    }

    [Fact]
    public void Scram_escapes_the_name_and_takes_no_password_that_cannot_be_prepared()
    {
        Encoding.UTF8.GetString(ScramExchange.Sha256(Login("a=b,c", "x"))!.Initial).ShouldStartWith("n,,n=a=3Db=2Cc,r=");
        ScramExchange.Sha256(Login("user", "pass\tword")).ShouldBeNull();
        ScramExchange.Sha1(Login("\u00AD", "password")).ShouldBeNull();
    }

    [Fact]
    public void Cram_md5_is_as_in_RFC_2195()
    {
        var exchange = new CramMd5Exchange(Login("tim", "tanstaaftanstaaf"));

        Say(exchange, "<1896.697170952@postoffice.reston.mci.net>").ShouldBe("tim b913a602c7eda7a495b4e6e7334d3890");
        exchange.Respond("again"u8).Fault.ShouldNotBeNull();
        new CramMd5Exchange(Login("tim", "x")).Respond([]).Fault.ShouldNotBeNull();
    }

    [Fact]
    public void Plain_is_as_in_RFC_4616() =>
        Encoding.UTF8.GetString(new PlainExchange(Login("tim", "tanstaaftanstaaf")).Initial).ShouldBe("\0tim\0tanstaaftanstaaf");

    [Fact]
    public void Login_answers_in_order_whatever_the_words()
    {
        var exchange = new LoginExchange(Login("tim", "secret"));

        exchange.Initial.ShouldBeNull();
        Say(exchange, "Benutzer:").ShouldBe("tim");
        Say(exchange, "").ShouldBe("secret");
        exchange.Respond("and now?"u8).Fault.ShouldNotBeNull();
    }

    [Fact]
    public void Oauthbearer_is_as_in_RFC_7628()
    {
        var exchange = new OAuthBearerExchange(new SaslCredentials("user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==", "server.example.com", 143));

        Convert.ToBase64String(exchange.Initial).ShouldBe("bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyI"
            + "HZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB");
        Say(exchange, """{"status":"invalid_token"}""").ShouldBe("\u0001");
        exchange.Explanation.ShouldBe("""{"status":"invalid_token"}""");
        exchange.Respond([]).Fault.ShouldNotBeNull();
    }

    [Fact]
    public void Xoauth2_is_as_the_providers_describe_it()
    {
        var exchange = new XOAuth2Exchange(Login("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"));

        Convert.ToBase64String(exchange.Initial).ShouldBe("dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==");
        Say(exchange, """{"status":"401"}""").ShouldBe("");
        exchange.Explanation.ShouldBe("""{"status":"401"}""");
        exchange.Respond([]).Fault.ShouldNotBeNull();
    }

    [Fact]
    public void No_server_can_keep_an_exchange_going()
    {
        foreach (var mechanism in SaslMechanisms.All)
        {
            var exchange = mechanism.Begin(Login("user", "secret"))!;
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

    private static string Say(SaslExchange exchange, string challenge)
    {
        var step = exchange.Respond(Encoding.UTF8.GetBytes(challenge));
        step.Fault.ShouldBeNull();
        return Encoding.UTF8.GetString(step.Response!);
    }
}
