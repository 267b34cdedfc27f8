using BulkRelay.Core.Configuration;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Tests.TestKit;
using static BulkRelay.Tests.Queue.Store.TestMessages;

namespace BulkRelay.Tests.Queue.Store;

public sealed class QueueStoresTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestLog _log = new();

    [Fact]
    public async Task The_default_is_a_database_in_the_queue_directory()
    {
        var config = ConfigSnapshot.With(("queue_directory", Path.Combine(_folder.Path, "spool")));
        await using var store = QueueStores.Open(config, _log.Service);
        var envelope = await store.AddOkAsync(store.To(Example, Noon));

        File.Exists(Path.Combine(_folder.Path, "spool", "queue.db")).ShouldBeTrue();
        await using var reader = QueueStores.OpenReader(config);
        (await reader.FindAsync(envelope.QueueId, default)).ShouldNotBeNull();
    }

    [Fact]
    public void A_kind_that_is_not_there_is_named_and_a_password_is_not()
    {
        var config = ConfigSnapshot.With(("queue_store", "oracle://scott:tiger@db"));
        var fault = Should.Throw<QueueStoreException>(() => QueueStores.Open(config, _log.Service)).Message;
        fault.ShouldContain("queue_store: oracle:…: there is no such kind");
        fault.ShouldNotContain("tiger");
        QueueStores.Check(config).ShouldNotBeNull().ToString().ShouldContain("error: queue_store: oracle:…");
    }

    [Fact]
    public void A_database_that_cannot_be_understood_is_a_fault_of_the_configuration()
    {
        QueueStores.Check(ConfigSnapshot.With(("queue_store", "postgres:port=x"))).ShouldNotBeNull().Message.ShouldContain("the port is no number");
        QueueStores.Check(ConfigSnapshot.With(("queue_store", "postgres:dbname=x"))).ShouldBeNull();
        QueueStores.Check(ConfigSnapshot.With()).ShouldBeNull();
    }

    [Theory]
    [InlineData("queue.db")]
    [InlineData("sqlite:")]
    public void A_value_without_kind_or_place_is_a_fault_of_the_configuration(string value) =>
        Should.Throw<FormatException>(() => ConfigSnapshot.With(("queue_store", value))).Message.ShouldContain("kind:place");

    [Fact]
    public void Reading_a_queue_that_never_was_says_so()
    {
        var config = ConfigSnapshot.With(("queue_directory", _folder.Path));
        Should.Throw<QueueStoreException>(() => QueueStores.OpenReader(config)).Message.ShouldContain("does not exist");
    }

    public void Dispose()
    {
        _log.Dispose();
        _folder.Dispose();
    }
}
