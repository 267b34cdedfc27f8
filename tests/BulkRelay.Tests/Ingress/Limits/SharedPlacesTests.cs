namespace BulkRelay.Tests.Ingress.Limits;

/// <summary>
/// The places of a service that listens on several addresses are there for the clients of each, and for no socket that waits.
/// </summary>
public abstract class SharedPlacesTests(int places, int addresses) : IngressTest(places, addresses)
{
    private int Places { get; } = places;

    private int Addresses { get; } = addresses;

    [Fact]
    public async Task Every_address_answers_while_there_is_a_place()
    {
        for (var round = 0; round < 2; round++)
        {
            for (var address = 0; address < Addresses; address++)
            {
                using var client = await ConnectAsync(address);
                (await client.CommandAsync("QUIT")).ShouldStartWith("221 ");
            }
        }
    }

    [Fact]
    public async Task One_address_can_have_all_places_and_then_the_service_is_under_stress()
    {
        var clients = new List<TestClient>();
        for (var i = 0; i < Places; i++) clients.Add(await ConnectAsync(i == 0 ? Addresses - 1 : 0));
        var waiting = Enumerable.Range(0, Addresses).Select(Connect).ToList();
        var greetings = waiting.Select(c => c.ReadReplyAsync()).ToList();
        (await clients[0].CommandAsync("NOOP")).ShouldStartWith("250 ");
        greetings.ShouldAllBe(greeting => !greeting.IsCompleted);
        foreach (var client in clients) (await client.CommandAsync("QUIT")).ShouldStartWith("221 ");
        for (var left = greetings.ToList(); left.Count > 0;)
        {
            var next = await Task.WhenAny(left).WaitAsync(Patience);
            left.Remove(next);
            (await next)!.ShouldStartWith("220 ");
            (await waiting[greetings.IndexOf(next)].CommandAsync("QUIT")).ShouldStartWith("221 ");
        }
        foreach (var client in clients.Concat(waiting)) client.Dispose();
        (await StopAndReadLogAsync())
            .ShouldContain($"warning: service \"smtp\" has reached its process limit \"{Places}\": new clients may experience");
    }

    [Fact]
    public async Task A_client_that_waits_for_a_place_goes_with_the_service()
    {
        var clients = new List<TestClient>();
        for (var i = 0; i < Places; i++) clients.Add(await ConnectAsync());
        using var waiting = Connect(Addresses - 1);
        var greeting = waiting.ReadReplyAsync();
        await StopAndReadLogAsync();
        (await greeting.WaitAsync(Patience)).ShouldBeNull();
        foreach (var client in clients) client.Dispose();
    }
}

public sealed class OnePlaceOnTwoAddressesTests() : SharedPlacesTests(places: 1, addresses: 2);

public sealed class OnePlaceOnThreeAddressesTests() : SharedPlacesTests(places: 1, addresses: 3);

public sealed class FivePlacesOnTwoAddressesTests() : SharedPlacesTests(places: 5, addresses: 2);

public sealed class FivePlacesOnThreeAddressesTests() : SharedPlacesTests(places: 5, addresses: 3);
