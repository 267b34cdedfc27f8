using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Configuration.Tables;

/// <summary>A set of tables with a clock, a folder for sources, and the warnings that came while it ran.</summary>
public abstract class TableFixture : IDisposable
{
    protected TableFixture() => Set = new LookupTableSet("hash", Clock, Warnings.Add);

    protected FakeTimeProvider Clock { get; } = new();

    protected TemporaryFolder Folder { get; } = new();

    protected List<string> Warnings { get; } = [];

    protected LookupTableSet Set { get; init; }

    protected string FaultText => string.Join('\n', Set.Faults);

    protected LookupResult Ask(string table, string key) => Ask(Set.Open(table), key);

    protected static LookupResult Ask(ILookupTable table, string key) => table.LookupAsync(key, CancellationToken.None).AtOnce();

    public void Dispose() => Folder.Dispose();
}
