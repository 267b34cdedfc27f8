using BulkRelay.Core.Egress.Sasl.OAuth;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Egress.Sasl;

/// <summary>Access tokens: how they are asked for, renewed and shared, and what happens when the endpoint does not want or cannot.</summary>
public sealed class OAuthTokenTests : IAsyncLifetime
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly List<string> _warnings = [];
    private TokenEndpoint _endpoint = null!;

    public async Task InitializeAsync()
    {
        _endpoint = await TokenEndpoint.StartAsync();
        await File.WriteAllTextAsync(_folder.File("secret"), "s3cret value&\n");
        await File.WriteAllTextAsync(_folder.File("refresh"), "refresh-1\n");
    }

    public async Task DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_token_is_asked_for_by_client_credentials()
    {
        var grant = await Source($"client_id=relay client_secret_file={_folder.File("secret")} {{scope=https://mail.test/.default offline}}").GetAsync(Margin, default);

        grant.Token!.Value.ShouldBe("token-1");
        _endpoint.Requests.Single().ShouldBe(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = "relay",
            ["client_secret"] = "s3cret value&",
            ["scope"] = "https://mail.test/.default offline",
            ["authorization"] = "",
        }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_client_may_name_itself_in_the_header()
    {
        await Source($"client_id=re:lay client_secret_file={_folder.File("secret")} client_auth=basic").GetAsync(Margin, default);

        var request = _endpoint.Requests.Single();
        request.Keys.ShouldBe(["grant_type", "authorization"], ignoreOrder: true);
        Convert.FromBase64String(request["authorization"]["Basic ".Length..]).ShouldBe("re%3Alay:s3cret+value%26"u8.ToArray());
    }

    [Fact]
    public async Task A_new_refresh_token_is_written_back_and_used_next()
    {
        File.SetUnixFileMode(_folder.File("refresh"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _endpoint.Extra = ""","refresh_token":"refresh-2" """;
        var source = Source($"client_id=relay refresh_token_file={_folder.File("refresh")}");

        await source.GetAsync(Margin, default);
        _clock.Advance(TimeSpan.FromHours(2));
        await source.GetAsync(Margin, default);

        _endpoint.Requests.Select(r => r["refresh_token"]).ShouldBe(["refresh-1", "refresh-2"]);
        (await File.ReadAllTextAsync(_folder.File("refresh"))).ShouldBe("refresh-2\n");
        File.GetUnixFileMode(_folder.File("refresh")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refresh_token_that_cannot_be_written_back_is_used_until_another_is_put_into_the_file()
    {
        // The name of the file that is written beside it is taken by a folder.
        Directory.CreateDirectory(_folder.File("refresh.tmp"));
        var source = Source($"client_id=relay refresh_token_file={_folder.File("refresh")}");

        _endpoint.Extra = ""","refresh_token":"refresh-2" """;
        await source.GetAsync(Margin, default);
        _endpoint.Extra = "";
        _clock.Advance(TimeSpan.FromHours(2));
        await source.GetAsync(Margin, default);
        await File.WriteAllTextAsync(_folder.File("refresh"), "from-the-operator\n");
        _clock.Advance(TimeSpan.FromHours(2));
        await source.GetAsync(Margin, default);

        _endpoint.Requests.Select(r => r["refresh_token"]).ShouldBe(["refresh-1", "refresh-2", "from-the-operator"]);
        _warnings.ShouldHaveSingleItem().ShouldContain("cannot be stored");
        _warnings.ShouldAllBe(w => !w.Contains("refresh-2"));
    }

    [Fact]
    public async Task A_token_is_renewed_before_it_ends_and_not_sooner()
    {
        var source = Source();

        (await ValueAsync(source)).ShouldBe("token-1");
        _clock.Advance(TimeSpan.FromMinutes(54));
        (await ValueAsync(source)).ShouldBe("token-1");
        _clock.Advance(TimeSpan.FromMinutes(2));
        (await ValueAsync(source)).ShouldBe("token-2");
    }

    [Fact]
    public async Task A_token_of_short_life_is_used_for_half_of_it()
    {
        _endpoint.ExpiresIn = "\"10\"";
        var source = Source();

        (await ValueAsync(source)).ShouldBe("token-1");
        _clock.Advance(TimeSpan.FromSeconds(4));
        (await ValueAsync(source)).ShouldBe("token-1");
        _clock.Advance(TimeSpan.FromSeconds(2));
        (await ValueAsync(source)).ShouldBe("token-2");
    }

    [Fact]
    public async Task All_who_wait_share_one_renewal()
    {
        var gate = new TaskCompletionSource();
        _endpoint.Gate = gate.Task;
        var source = Source();
        var cancelled = new CancellationTokenSource();

        var waiting = Enumerable.Range(0, 50).Select(_ => source.GetAsync(Margin, default)).ToList();
        var impatient = source.GetAsync(Margin, cancelled.Token);
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(impatient);
        gate.SetResult();

        (await Task.WhenAll(waiting)).ShouldAllBe(g => g.Token!.Value == "token-1");
        _endpoint.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_that_had_been_good_is_replaced_when_it_is_refused_and_only_once()
    {
        var source = Source();
        var token = (await source.GetAsync(Margin, default)).Token!;
        token.WasAccepted = true;

        var grants = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => source.ReplaceAsync(token, default)));

        grants.ShouldAllBe(g => g.Token!.Value == "token-2");
        (await ValueAsync(source)).ShouldBe("token-2");
        _endpoint.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_new_token_that_is_refused_is_not_replaced_again_and_again()
    {
        var source = Source();
        var token = (await source.GetAsync(Margin, default)).Token!;

        (await source.ReplaceAsync(token, default)).Failure.ShouldNotBeNull();
        _clock.Advance(TimeSpan.FromMinutes(2));
        (await source.ReplaceAsync(token, default)).Token!.Value.ShouldBe("token-2");
    }

    [Fact]
    public async Task A_refusal_is_told_without_secrets_and_the_endpoint_is_left_alone_after_some()
    {
        _endpoint.Refuse = () => (400, """{"error":"invalid_client","error_description":"secret 's3cret value&' is\nwrong"}""");
        var source = Source();

        var grants = new List<OAuthGrant>();
        for (var i = 0; i < 5; i++) grants.Add(await source.GetAsync(Margin, default));

        grants[0].Failure.ShouldBe($"no access token from {_endpoint.Url}: HTTP status 400: invalid_client secret '***' is?wrong");
        grants[4].Failure.ShouldNotBeNull().ShouldContain("failed several times and is not asked");
        _endpoint.Requests.Count.ShouldBe(3);
        _warnings[0].ShouldStartWith("login user@mail.test: no access token from");

        _endpoint.Refuse = () => null;
        _clock.Advance(TimeSpan.FromSeconds(31));
        (await ValueAsync(source)).ShouldBe("token-1");
    }

    [Fact]
    public async Task A_passing_fault_is_tried_again_with_a_pause()
    {
        var faults = 2;
        _endpoint.Refuse = () => faults-- > 0 ? (503, "later") : null;

        var grant = Source().GetAsync(Margin, default);
        await PassPausesAsync(grant);

        (await grant).Token!.Value.ShouldBe("token-1");
        _endpoint.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task As_long_as_the_old_token_lasts_a_broken_endpoint_does_no_harm()
    {
        var source = Source();
        await ValueAsync(source);
        _endpoint.Refuse = () => (400, "no JSON");

        _clock.Advance(TimeSpan.FromMinutes(57));
        (await ValueAsync(source)).ShouldBe("token-1");
        _clock.Advance(TimeSpan.FromMinutes(4));
        (await source.GetAsync(Margin, default)).Failure.ShouldNotBeNull().ShouldEndWith("HTTP status 400");
    }

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("[]", "no usable access_token")]
    [InlineData("{}", "no usable access_token")]
    [InlineData("{\"access_token\":7}", "no usable access_token")]
    [InlineData("{\"access_token\":\"a b\"}", "no usable access_token")]
    [InlineData("{\"access_token\":\"a\\u0001b\"}", "no usable access_token")]
    [InlineData("{\"access_token\":\"ab\",\"token_type\":\"mac\"}", "not of type Bearer")]
    public async Task An_answer_without_a_usable_token_is_a_failure(string body, string failure)
    {
        _endpoint.Refuse = () => (200, body);

        (await Source().GetAsync(Margin, default)).Failure.ShouldNotBeNull().ShouldContain(failure);
    }

    [Fact]
    public async Task Redirects_are_not_followed_and_long_answers_not_read()
    {
        _endpoint.Refuse = () => (302, "");
        (await Source().GetAsync(Margin, default)).Failure.ShouldNotBeNull().ShouldContain("HTTP status 302");

        _endpoint.Refuse = () => (200, new string(' ', 100_000));
        var grant = Source("client_id=other client_secret_file=" + _folder.File("secret")).GetAsync(Margin, default);
        await PassPausesAsync(grant);
        (await grant).Failure.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_missing_secret_is_told_with_its_file()
    {
        (await Source("client_id=relay client_secret_file=/nowhere/secret").GetAsync(Margin, default)).Failure.ShouldNotBeNull().ShouldContain("/nowhere/secret");
        _endpoint.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("client_id=a client_secret_file=/s", "endpoint=URL")]
    [InlineData("endpoint=http://login.test/ client_id=a client_secret_file=/s", "not https")]
    [InlineData("endpoint=ftp://login.test/ client_id=a client_secret_file=/s", "not https")]
    [InlineData("endpoint=https://u:p@login.test/ client_id=a client_secret_file=/s", "user or password")]
    [InlineData("endpoint=https://login.test/ client_secret_file=/s", "client_id=ID")]
    [InlineData("endpoint=https://login.test/ client_id=a", "client_secret_file=FILE")]
    [InlineData("endpoint=https://login.test/ client_id=a client_secret=x", "unknown attribute 'client_secret'")]
    [InlineData("endpoint=https://login.test/ client_id=a client_id=b", "twice")]
    [InlineData("endpoint=https://login.test/ client_id", "name=value")]
    [InlineData("endpoint=https://login.test/ client_id=a client_secret_file=/s client_auth=jwt", "client_auth")]
    public void An_entry_that_makes_no_sense_is_told(string value, string fault)
    {
        OAuthClient.TryParse("user", value, file => file, out var found).ShouldBeNull();
        found.ShouldNotBeNull().ShouldContain(fault);
    }

    [Theory]
    [InlineData("endpoint=https://login.test/t client_id=a client_secret_file=/s")]
    [InlineData("endpoint=http://127.0.0.1:8080/t client_id=a refresh_token_file=/r")]
    [InlineData("endpoint=http://[::1]/t client_id=a refresh_token_file=/r")]
    [InlineData("endpoint=http://login.test/t client_id=a refresh_token_file=/r allow_http=yes")]
    public void An_entry_that_makes_sense_is_taken(string value) => OAuthClient.TryParse("user", value, file => file, out _).ShouldNotBeNull();

    /// <summary>Lets the pauses between attempts pass, but no time limit.</summary>
    private async Task PassPausesAsync(Task request)
    {
        while (await Task.WhenAny(request, _clock.WaitForTimerWithinAsync(TimeSpan.FromSeconds(5))) != request) _clock.Advance(TimeSpan.FromSeconds(5));
    }

    private static async Task<string> ValueAsync(OAuthTokenSource source) => (await source.GetAsync(Margin, default)).Token!.Value;

    private OAuthTokenSource Source() => Source($"client_id=relay client_secret_file={_folder.File("secret")}");

    private OAuthTokenSource Source(string attributes)
    {
        var client = OAuthClient.TryParse("user@mail.test", $"endpoint={_endpoint.Url} {attributes}", file => file, out var fault);
        fault.ShouldBeNull();
        return new OAuthTokens(_clock).For(client!, _warnings.Add);
    }
}
