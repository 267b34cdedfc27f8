using System.Net;
using System.Text;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Ingress.Sasl;
using BulkRelay.Smtp.Sasl;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Ingress.Sasl;

/// <summary>Mechanisms over a file of users, and what an attempt costs.</summary>
public sealed class LocalSaslTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _warnings = [];
    private readonly SignIns _signIns;
    private readonly SaslContext _context;

    public LocalSaslTests()
    {
        _signIns = new SignIns(_time);
        _context = new SaslContext(IPAddress.Loopback, IPAddress.Loopback, false, _signIns);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_wrong_name_costs_as_much_as_a_wrong_password()
    {
        var sasl = Open(("anna", Keys("right")), ("bert", Keys("other")));
        var known = await CostAsync(sasl, "anna", "wrong");
        var unknown = await CostAsync(sasl, "nobody", "wrong");
        known.ShouldBe((1, SaslOutcome.Failure, SaslStep.WrongPassword));
        unknown.ShouldBe(known);
    }

    [Fact]
    public async Task A_wrong_name_costs_something_even_where_there_are_no_users() =>
        (await CostAsync(Open(), "nobody", "wrong")).Derivations.ShouldBe(1);

    [Fact]
    public async Task A_right_password_is_hashed_once_and_known_again_until_it_changes()
    {
        var sasl = Open(("anna", Keys("right")));
        (await CostAsync(sasl, "anna", "right")).ShouldBe((1, SaslOutcome.Success, ""));
        (await CostAsync(sasl, "anna", "right")).ShouldBe((0, SaslOutcome.Success, ""));
        (await CostAsync(sasl, "anna", "wrong")).ShouldBe((1, SaslOutcome.Failure, SaslStep.WrongPassword));
        var changed = Open(("anna", Keys("new")));
        (await CostAsync(changed, "anna", "right")).Outcome.ShouldBe(SaslOutcome.Failure);
        _time.Advance(PasswordVerifier.Memory);
        (await CostAsync(sasl, "anna", "right")).ShouldBe((1, SaslOutcome.Success, ""));
    }

    [Fact]
    public async Task A_user_of_another_name_stands_in_for_nobody()
    {
        var sasl = Open(("anna", "{PLAIN}right"));
        (await CostAsync(sasl, "nobody", "right")).ShouldBe((0, SaslOutcome.Failure, SaslStep.WrongPassword));
    }

    [Fact]
    public async Task Names_have_no_case_and_may_come_with_the_realm_that_others_leave_out()
    {
        var sasl = Open(("anna@relay.test", Keys("right")));
        (await CostAsync(sasl, "Anna", "right")).Outcome.ShouldBe(SaslOutcome.Success);
        (await CostAsync(sasl, "anna@relay.test", "right")).Outcome.ShouldBe(SaslOutcome.Success);
        (await CostAsync(sasl, "anna@other.test", "right")).Outcome.ShouldBe(SaslOutcome.Failure);
    }

    [Fact]
    public async Task CRAM_is_offered_once_every_user_has_what_it_needs_and_SCRAM_likewise()
    {
        var (hashed, kept) = (Keys("x"), $"{Keys("x")} {{PLAIN.B64}}eA==");
        (await NamesAsync(Open(("a", hashed), ("b", kept)))).ShouldBe("LOGIN PLAIN SCRAM-SHA-256");
        (await NamesAsync(Open(("a", kept), ("b", kept)))).ShouldBe("LOGIN PLAIN CRAM-MD5 SCRAM-SHA-256");
        (await NamesAsync(Open(("a", kept), ("b", "$6$saltsalt$x")))).ShouldBe("LOGIN PLAIN");
        (await NamesAsync(Open())).ShouldBe("LOGIN PLAIN");
    }

    [Fact]
    public async Task SCRAM_tells_nobody_whether_a_user_exists()
    {
        var sasl = Open(("anna", Keys("right")));
        var known = await ChallengeAsync(sasl, "anna");
        var unknown = await ChallengeAsync(sasl, "nobody");
        SaltOf(known).Length.ShouldBe(SaltOf(unknown).Length);
        unknown.ShouldContain($",i={Iterations}");
        known.ShouldContain($",i={Iterations}");
        // Asked again, the salt of somebody who is not there has to be the same: a real one would be.
        SaltOf(await ChallengeAsync(sasl, "nobody")).ShouldBe(SaltOf(unknown));
        SaltOf(await ChallengeAsync(sasl, "nemo")).ShouldNotBe(SaltOf(unknown));
    }

    [Fact]
    public async Task Nor_does_it_after_a_restart_or_by_a_salt_that_is_somebody_elses()
    {
        (string, string)[] users = [("anna", $"{Keys("right")} {{PLAIN.B64}}cmlnaHQ=")];
        var before = SaltOf(await ChallengeAsync(Open(users), "nobody"));
        var anna = SaltOf(await ChallengeAsync(Open(users), "anna"));
        before.ShouldNotBe(anna);
        SaltOf(await ChallengeAsync(Open(users), "nobody")).ShouldBe(before);
        _warnings.ShouldBeEmpty();
        File.GetUnixFileMode(Path.Combine(_folder.Path, StandInKey.FileName)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await CostAsync(Open(users), "nobody", "right"))
            .ShouldBe((0, SaslOutcome.Failure, (await CostAsync(Open(users), "anna", "wrong")).Reason));
    }

    [Fact]
    public async Task A_key_for_that_which_cannot_be_read_is_told_and_keeps_nobody_out()
    {
        _folder.Write(StandInKey.FileName, "no key");
        (await CostAsync(Open(("anna", Keys("right"))), "anna", "right")).Outcome.ShouldBe(SaslOutcome.Success);
        _warnings.ShouldHaveSingleItem().ShouldContain(StandInKey.FileName);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("anna", true)]
    [InlineData("bert", false)]
    public async Task A_client_acts_as_itself_only(string authorization, bool isAllowed)
    {
        var step = await PlainAsync(Open(("anna", Keys("right")), ("bert", Keys("x"))), authorization, "anna", "right");
        step.Outcome.ShouldBe(isAllowed ? SaslOutcome.Success : SaslOutcome.Failure);
    }

    [Fact]
    public async Task Without_a_turn_nobody_is_refused_for_good()
    {
        var gate = new WorkGate(parallel: 1, waiting: 1, TimeSpan.FromSeconds(30), _time);
        (await gate.EnterAsync(default)).ShouldBeTrue();
        var verifier = new PasswordVerifier(gate, _time);
        var secret = StoredSecret.Parse(Keys("right"), allowsBare: false, out _)!;
        var patient = verifier.VerifyAsync(secret, "right", exists: true, default).AsTask();
        (await verifier.VerifyAsync(secret, "right", exists: true, default)).ShouldBeNull();
        await _time.WaitForTimersAsync(1);
        _time.Advance(TimeSpan.FromSeconds(30));
        (await patient).ShouldBeNull();
        verifier.Derivations.ShouldBe(0);
        gate.Leave();
        (await verifier.VerifyAsync(secret, "right", exists: true, default)).ShouldBe(true);
    }

    [Fact]
    public async Task A_secret_that_cannot_be_read_is_told_to_the_operator_without_itself()
    {
        (await CostAsync(Open(("anna", "{SSHA}geheim")), "anna", "geheim")).Outcome.ShouldBe(SaslOutcome.Failure);
        _warnings.ShouldHaveSingleItem().ShouldContain("user anna: unknown scheme {SSHA}");
        _warnings[0].ShouldNotContain("geheim");
    }

    private const int Iterations = 10;

    private static string Keys(string password) => ScramKeys.Derive(password, [.. Enumerable.Range(1, 16).Select(i => (byte)i)], Iterations).Format();

    private static string SaltOf(string challenge) => challenge.Split(',')[1];

    private LocalSasl Open(params (string Name, string Secret)[] users)
    {
        var file = _folder.Write($"users-{Guid.NewGuid():N}", string.Concat(users.Select(u => $"{u.Name} {u.Secret}\n")));
        var table = new LookupTableSet("texthash", _time, _warnings.Add).Open($"texthash:{file}");
        var secrets = new CredentialTable([table], allowsBare: false, "relay.test", () => StandInKey.Read(_folder.Path, _warnings.Add),
            _warnings.Add);
        return new LocalSasl([new TablePasswords(secrets)], secrets, "", "relay.test", null);
    }

    private async Task<string> NamesAsync(LocalSasl sasl) => string.Join(' ', (await sasl.MechanismsAsync(_context, default)).Select(m => m.Name));

    private async Task<(long Derivations, SaslOutcome Outcome, string Reason)> CostAsync(LocalSasl sasl, string login, string password)
    {
        var before = _signIns.Passwords.Derivations;
        var step = await PlainAsync(sasl, "", login, password);
        return (_signIns.Passwords.Derivations - before, step.Outcome, step.Reason);
    }

    private async Task<SaslStep> PlainAsync(LocalSasl sasl, string authorization, string login, string password)
    {
        await using var exchange = new PlainExchange(sasl, _context);
        return await exchange.StepAsync(Encoding.UTF8.GetBytes($"{authorization}\0{login}\0{password}"), default);
    }

    private async Task<string> ChallengeAsync(LocalSasl sasl, string login)
    {
        await using var exchange = new ScramExchange(sasl, _context);
        var step = await exchange.StepAsync(Encoding.UTF8.GetBytes($"n,,n={login},r=abc"), default);
        step.Outcome.ShouldBe(SaslOutcome.Challenge);
        return Encoding.UTF8.GetString(step.Challenge.Span);
    }
}
