namespace BulkRelay.Tests.Queue;

/// <summary>Chance with a fixed seed, for many threads.</summary>
internal sealed class Chance(int seed)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);

    public bool Hits(double probability)
    {
        lock (_gate) return _random.NextDouble() < probability;
    }

    public int Below(int bound)
    {
        lock (_gate) return _random.Next(bound);
    }

    /// <summary>Lets others go first, a few times or not at all.</summary>
    public async Task PauseAsync()
    {
        for (var turns = Below(8); turns > 0; turns--) await Task.Yield();
    }
}
