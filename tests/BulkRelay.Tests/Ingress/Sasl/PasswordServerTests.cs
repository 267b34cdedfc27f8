using System.Net;
using System.Net.Sockets;
using System.Text;
using BulkRelay.Core.Ingress.Sasl;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Ingress.Sasl;

/// <summary>Servers of passwords that do not do what they should.</summary>
public sealed class PasswordServerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly SaslContext _context;
    private readonly Socket _listening = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public PasswordServerTests()
    {
        _context = new SaslContext(IPAddress.Loopback, IPAddress.Loopback, false, new SignIns(_time));
        _listening.Bind(new UnixDomainSocketEndPoint(_folder.File("mux")));
        _listening.Listen();
    }

    public void Dispose()
    {
        _listening.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Nobody_there_is_no_wrong_password()
    {
        var result = await AskAsync(Saslauthd.At(AuthSocket.Unix(_folder.File("none"), _folder.Path), "smtp"));
        result.IsRight.ShouldBeFalse();
        result.Trouble.ShouldBe($"cannot connect to saslauthd server at {_folder.File("none")}: No such file or directory");
    }

    [Fact]
    public async Task Dovecot_that_is_not_there_is_told_in_the_words_of_the_system()
    {
        var told = new List<string>();
        var sasl = new DovecotSasl(AuthSocket.Unix(_folder.File("none"), _folder.Path), "smtp", told.Add);
        await sasl.MechanismsAsync(_context, default);
        told.ShouldBe([$"SASL: Connect to {_folder.File("none")} failed: No such file or directory"]);
    }

    [Theory]
    [InlineData("\0\u0002OK", true, false)]
    [InlineData("\0\u0002NO", false, false)]
    [InlineData("\0\u0002MAYBE", false, true)]
    [InlineData("\0", false, true)]
    [InlineData("", false, true)]
    public async Task Saslauthd_says_yes_or_no_or_nothing_that_counts(string answer, bool isRight, bool isTrouble)
    {
        var asked = AskAsync(Saslauthd.At(Socket, "smtp"));
        (await AnswerAsync(answer)).ShouldBe("\0\u0004anna\0\u0006secret\0\u0004smtp\0\u0009home.test");
        Expect(await asked, isRight, isTrouble);
    }

    [Theory]
    [InlineData("USERNAME=anna\nADDRESS=anna@home.test\n.\n", true, false)]
    [InlineData("FAIL\n", false, false)]
    [InlineData("USERNAME=anna\n", false, true)]
    [InlineData("", false, true)]
    public async Task Authdaemond_says_yes_or_no_or_nothing_that_counts(string answer, bool isRight, bool isTrouble)
    {
        var asked = AskAsync(Authdaemon.At(Socket, "smtp"));
        (await AnswerAsync(answer)).ShouldBe("AUTH 33\nsmtp\nlogin\nanna@home.test\nsecret\n");
        Expect(await asked, isRight, isTrouble);
    }

    [Fact]
    public async Task A_server_that_hangs_is_given_up()
    {
        var asked = AskAsync(Saslauthd.At(Socket, "smtp"));
        using var hanging = await _listening.AcceptAsync();
        await _time.WaitForTimersAsync(1);
        _time.Advance(TimeSpan.FromSeconds(30));
        (await asked).Trouble.ShouldNotBeNull().ShouldEndWith("did not answer in 30s");
    }

    [Fact]
    public async Task A_line_end_in_a_password_is_no_second_question() =>
        (await Authdaemon.At(Socket, "smtp").CheckAsync(new SaslLogin("anna", "anna"), "x\nAUTH", _context, default)).ShouldBe(PasswordResult.Wrong);

    [Theory]
    [InlineData("FAIL\t1\tuser=anna\ttemp\n", nameof(SaslOutcome.Unavailable))]
    [InlineData("FAIL\t1\tuser=anna\tcode=temp_fail\n", nameof(SaslOutcome.Unavailable))]
    [InlineData("FAIL\t1\tuser=anna\n", nameof(SaslOutcome.Failure))]
    [InlineData("OK\t1\tuser=anna\n", nameof(SaslOutcome.Success))]
    [InlineData("OK\t1\n", nameof(SaslOutcome.Unavailable))]
    [InlineData("OK\t2\tuser=anna\n", nameof(SaslOutcome.Unavailable))]
    [InlineData("CONT\t1\t!!!\n", nameof(SaslOutcome.Unavailable))]
    [InlineData("CONT\t1\tYWJj\n", nameof(SaslOutcome.Challenge))]
    [InlineData("HELLO\t1\n", nameof(SaslOutcome.Unavailable))]
    [InlineData("", nameof(SaslOutcome.Unavailable))]
    public async Task Dovecot_decides_or_it_is_not_decided(string answer, string expected)
    {
        var sasl = new DovecotSasl(Socket, "smtp", _ => { });
        await using var exchange = sasl.Begin(new SaslMechanism("PLAIN", default), _context);
        var step = exchange.StepAsync(new byte[] { 0, 97, 0, 98 }, default).AsTask();
        await AnswerAsync("VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nDONE\n", answer);
        (await step).Outcome.ToString().ShouldBe(expected);
    }

    [Fact]
    public async Task What_Dovecot_says_before_it_is_asked_is_no_answer()
    {
        var sasl = new DovecotSasl(Socket, "smtp", _ => { });
        Task<string> serving;
        await using (var exchange = sasl.Begin(new SaslMechanism("LOGIN", default), _context))
        {
            var first = exchange.StepAsync(null, default).AsTask();
            serving = AnswerAsync("VERSION\t1\t2\nMECH\tLOGIN\tplaintext\nDONE\n", "CONT\t1\tVXNlcm5hbWU6\nOK\t1\tuser=somebody\n", "");
            (await first).Outcome.ShouldBe(SaslOutcome.Challenge);

            (await exchange.StepAsync("anna"u8.ToArray(), default)).Outcome.ShouldBe(SaslOutcome.Unavailable);
        }
        (await serving).ShouldBeEmpty();
    }

    private AuthSocket Socket => AuthSocket.Unix(_folder.File("mux"), _folder.Path);

    private Task<PasswordResult> AskAsync(PasswordServer server) =>
        server.CheckAsync(new SaslLogin("anna", "anna@home.test"), "secret", _context, default).AsTask();

    private static void Expect(PasswordResult result, bool isRight, bool isTrouble)
    {
        result.IsRight.ShouldBe(isRight);
        (result.Trouble is not null).ShouldBe(isTrouble);
    }

    /// <summary>
    /// Takes a question and answers it, then hangs up; the next parts are answers to further ones, an empty one is silence.
    /// </summary>
    private async Task<string> AnswerAsync(params string[] answers)
    {
        using var server = await _listening.AcceptAsync();
        var question = "";
        foreach (var answer in answers)
        {
            var octets = new byte[4096];
            question = Encoding.Latin1.GetString(octets, 0, await server.ReceiveAsync(octets));
            if (answer.Length > 0) await server.SendAsync(Encoding.Latin1.GetBytes(answer));
        }
        return question;
    }
}
