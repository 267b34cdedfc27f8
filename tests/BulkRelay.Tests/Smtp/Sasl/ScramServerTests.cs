using System.Text;
using BulkRelay.Smtp.Sasl;

namespace BulkRelay.Tests.Smtp.Sasl;

public sealed class ScramServerTests
{
    private const string ServerNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private const string ClientFirst = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    private const string ClientFinal =
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

    private static readonly ScramKeys Keys = ScramKeys.Derive("pencil", Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);

    [Fact]
    public void The_example_of_RFC_7677_succeeds()
    {
        var server = new ScramServer(ServerNonce);
        server.ReadFirst(Octets(ClientFirst)).ShouldBe("user");
        Encoding.ASCII.GetString(server.Challenge(Keys)).ShouldBe($"r=rOprNGfwEbeRWgbNEkqO{ServerNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
        Encoding.ASCII.GetString(server.Check(Octets(ClientFinal)).ShouldNotBeNull()).ShouldBe("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    [Theory]
    [InlineData("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=eHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")]
    [InlineData("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k1,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")]
    [InlineData("c=eSws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")]
    [InlineData("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0")]
    [InlineData("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=")]
    [InlineData("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzb")]
    [InlineData("")]
    public void Another_proof_nonce_or_header_fails(string final)
    {
        var server = new ScramServer(ServerNonce);
        server.ReadFirst(Octets(ClientFirst));
        server.Challenge(Keys);
        server.Check(Octets(final)).ShouldBeNull();
    }

    [Theory]
    [InlineData("p=tls-unique,,n=user,r=abc")]
    [InlineData("n,user,n=user,r=abc")]
    [InlineData("n,,m=ext,n=user,r=abc")]
    [InlineData("n,,n=,r=abc")]
    [InlineData("n,,n=user,r=")]
    [InlineData("n,,n=us=er,r=abc")]
    [InlineData("n,,n=user")]
    [InlineData("n=user,r=abc")]
    [InlineData("")]
    public void A_first_message_that_makes_no_sense_is_refused(string first) => new ScramServer(ServerNonce).ReadFirst(Octets(first)).ShouldBeNull();

    [Fact]
    public void Commas_and_equals_signs_of_names_are_decoded()
    {
        var server = new ScramServer(ServerNonce);
        server.ReadFirst(Octets("y,a=a=2Cb,n=a=3Db=2Cc,r=abc")).ShouldBe("a=b,c");
        server.Authorization.ShouldBe("a,b");
    }

    private static byte[] Octets(string text) => Encoding.UTF8.GetBytes(text);
}
