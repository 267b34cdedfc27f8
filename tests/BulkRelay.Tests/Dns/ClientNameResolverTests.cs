using System.Net;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Dns;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Dns;

public sealed class ClientNameResolverTests : IAsyncLifetime
{
    private readonly FakeDnsServer _server = new();
    private readonly FakeTimeProvider _time = new();
    private readonly string _hosts = Path.GetTempFileName();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        File.Delete(_hosts);
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::1")]
    public async Task A_name_that_maps_back_is_verified(string address)
    {
        _server.Pointer(address, "Client.test").Host("client.test", address, "192.0.2.200");
        (await NameOf(address)).ShouldBe("client.test");
    }

    [Fact]
    public async Task An_address_of_IPv4_inside_IPv6_is_looked_up_as_IPv4()
    {
        _server.Pointer("192.0.2.1", "client.test").Host("client.test", "192.0.2.1");
        (await NameOf("::ffff:192.0.2.1")).ShouldBe("client.test");
    }

    [Fact]
    public async Task The_name_that_maps_back_is_found_among_several()
    {
        _server.Pointer("192.0.2.1", "liar.test").Pointer("192.0.2.1", "client.test").Host("liar.test", "192.0.2.9").Host("client.test", "192.0.2.1");
        (await NameOf("192.0.2.1")).ShouldBe("client.test");
    }

    [Fact]
    public async Task A_client_without_a_verified_name_is_unknown()
    {
        _server.Pointer("192.0.2.1", "liar.test").Host("liar.test", "192.0.2.9");
        _server.Pointer("192.0.2.2", "gone.test");
        _server.Pointer("192.0.2.3", "192.0.2.3");
        _server.Pointer("192.0.2.4", "not a host\r\n.test").Host("not a host\r\n.test", "192.0.2.4");
        _server.Fail(ReverseName.Of(IPAddress.Parse("192.0.2.5")), DnsType.PTR);
        for (var i = 0; i <= 6; i++) (await NameOf($"192.0.2.{i}")).ShouldBe(ClientNameResolver.Unknown);
    }

    [Fact]
    public async Task Why_a_name_is_not_verified_is_told()
    {
        _server.Pointer("192.0.2.1", "liar.test").Host("liar.test", "192.0.2.9");
        _server.Pointer("192.0.2.2", "gone.test");
        _server.Pointer("192.0.2.3", "late.test").Fail("late.test", DnsType.A);
        _server.Fail(ReverseName.Of(IPAddress.Parse("192.0.2.4")), DnsType.PTR);
        (await Told(1)).ShouldBe(new ClientName("unknown", ClientNameStatus.Forged, "liar.test", ClientNameStatus.Verified));
        (await Told(2)).ShouldBe(new ClientName("unknown", ClientNameStatus.Missing, "gone.test", ClientNameStatus.Verified));
        (await Told(3)).ShouldBe(new ClientName("unknown", ClientNameStatus.Temporary, "late.test", ClientNameStatus.Verified));
        (await Told(4)).ShouldBe(ClientName.Nameless(ClientNameStatus.Temporary));
        (await Told(5)).ShouldBe(ClientName.Nameless(ClientNameStatus.Missing));
        (await Told(1)).WarningAbout(IPAddress.Parse("192.0.2.1")).ShouldBe("hostname liar.test does not resolve to address 192.0.2.1");
        (await Told(2)).WarningAbout(IPAddress.Parse("192.0.2.2"))
            .ShouldBe("hostname gone.test does not resolve to address 192.0.2.2: Name or service not known");
        (await Told(5)).WarningAbout(IPAddress.Parse("192.0.2.5")).ShouldBeNull();

        async Task<ClientName> Told(int last) => await Names().ResolveAsync(IPAddress.Parse($"192.0.2.{last}"), default);
    }

    [Fact]
    public async Task Only_a_few_of_many_claimed_names_are_tried()
    {
        for (var i = 0; i < 100; i++) _server.Pointer("192.0.2.1", $"n{i}.test");
        (await NameOf("192.0.2.1")).ShouldBe(ClientNameResolver.Unknown);
        _server.Questions.Count(q => q.Type == DnsType.A).ShouldBe(5);
    }

    [Fact]
    public async Task The_hosts_file_comes_first_and_is_read_again_when_it_changes()
    {
        await File.WriteAllTextAsync(_hosts, "# comment\n127.0.0.1\tlocalhost loopback # more\nbad line\n::1 six\n");
        var names = Names();
        (await names.ResolveAsync(IPAddress.Loopback, default)).Name.ShouldBe("localhost");
        (await names.ResolveAsync(IPAddress.IPv6Loopback, default)).Name.ShouldBe("six");
        await File.WriteAllTextAsync(_hosts, "127.0.0.1 other\n");
        File.SetLastWriteTimeUtc(_hosts, DateTime.UtcNow.AddMinutes(1));
        (await names.ResolveAsync(IPAddress.Loopback, default)).Name.ShouldBe("localhost");
        _time.Advance(TimeSpan.FromSeconds(5));
        (await names.ResolveAsync(IPAddress.Loopback, default)).Name.ShouldBe("other");
        _server.Questions.ShouldBeEmpty();
    }

    private ClientNameResolver Names() =>
        new(new DnsResolver(DnsSettings.From(ConfigSnapshot.With(("dns_servers", _server.Address))), _time), _time, _hosts);

    private async Task<string> NameOf(string address) => (await Names().ResolveAsync(IPAddress.Parse(address), default)).Name;
}
