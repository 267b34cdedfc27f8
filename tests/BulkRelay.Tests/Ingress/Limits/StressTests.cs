namespace BulkRelay.Tests.Ingress.Limits;

/// <summary>A service all of whose places are taken.</summary>
public sealed class StressTests() : IngressTest(sessionLimit: 2)
{
    [Fact]
    public async Task Who_takes_the_last_place_may_make_one_mistake()
    {
        using var first = await ConnectAsync();
        using var last = await ConnectAsync();
        (await last.CommandAsync("FOO")).ShouldStartWith("500 ");
        (await last.ReadReplyAsync()).ShouldBe("421 4.7.0 relay.test Error: too many errors");
        (await first.CommandAsync("FOO")).ShouldStartWith("500 ");
        (await first.CommandAsync("NOOP")).ShouldStartWith("250 "); // a session keeps the limits that it began with
        (await StopAndReadLogAsync()).ShouldContain("warning: service \"smtp\" has reached its process limit \"2\": new clients may experience noticeable delays");
    }

    [Fact]
    public async Task The_silent_make_room_after_ten_seconds_also_those_who_were_there_before()
    {
        using var first = await ConnectAsync();
        Time.Advance(TimeSpan.FromSeconds(200));
        using var last = await ConnectAsync();
        (await last.CommandAsync("NOOP")).ShouldStartWith("250 ");
        var begun = Time.GetUtcNow();
        var replies = Task.WhenAll(first.ReadReplyAsync(), last.ReadReplyAsync());
        foreach (var reply in await AdvanceUntilAsync(replies, TimeSpan.FromSeconds(1))) reply.ShouldBe("421 4.4.2 relay.test Error: timeout exceeded");
        (Time.GetUtcNow() - begun).ShouldBeLessThan(TimeSpan.FromSeconds(100), "without stress it is 300");
    }

    [Fact]
    public async Task An_operator_who_sets_stress_has_it_as_he_says()
    {
        Configure(("stress", ""));
        using var first = await ConnectAsync();
        using var last = await ConnectAsync();
        for (var i = 0; i < 5; i++) (await last.CommandAsync("FOO")).ShouldStartWith("500 ");
    }
}
