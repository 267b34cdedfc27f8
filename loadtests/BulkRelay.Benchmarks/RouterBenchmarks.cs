using BenchmarkDotNet.Attributes;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Queue.Routing;

namespace BulkRelay.Benchmarks;

/// <summary>What it costs to find the destination of a recipient, without tables, and with a transport map of each kind.</summary>
[MemoryDiagnoser]
public class RouterBenchmarks
{
    private static readonly HashSet<string> Services = ["smtp", "relay"];

    private Router _relayhost = null!;
    private Router _direct = null!;
    private Router _indexed = null!;
    private Router _patterns = null!;

    [GlobalSetup]
    public void Start()
    {
        _relayhost = Router(("relayhost", "[out.example.com]:587"));
        _direct = Router();
        _indexed = Router(("transport_maps", "inline:{example.org=smtp:[a] .example.net=smtp:[b]}"));
        _patterns = Router(("transport_maps", "pcre:{{/@example\\.org$$/ smtp:[a]}, {/@.*\\.example\\.net$$/ smtp:[b]}}"));
    }

    [Benchmark(Baseline = true)]
    public ValueTask<Route> Relayhost() => _relayhost.RouteAsync("someone@example.com", "sender@example.org", "", default);

    [Benchmark]
    public ValueTask<Route> RecipientDomain() => _direct.RouteAsync("someone@example.com", "sender@example.org", "", default);

    [Benchmark]
    public ValueTask<Route> IndexedTransportMap() => _indexed.RouteAsync("someone@example.com", "sender@example.org", "", default);

    [Benchmark]
    public ValueTask<Route> PatternTransportMap() => _patterns.RouteAsync("someone@example.com", "sender@example.org", "", default);

    private static Router Router(params (string, string)[] settings)
    {
        var snapshot = ConfigSnapshot.With([("mydestination", ""), .. settings]);
        return new Router(snapshot, new LookupTableSet(snapshot, TimeProvider.System, _ => { }), Services);
    }
}
