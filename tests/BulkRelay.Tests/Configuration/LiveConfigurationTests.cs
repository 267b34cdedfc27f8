using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Tests.Configuration;

public sealed class LiveConfigurationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bulkrelay-").FullName;

    public LiveConfigurationTests() => Write("mydomain = one.test\n");

    public void Dispose() => Directory.Delete(_folder, true);

    private void Write(string mainCf)
    {
        File.WriteAllText(Path.Combine(_folder, "main.cf"), mainCf);
        File.WriteAllText(Path.Combine(_folder, "master.cf"), "smtp unix - - n - - smtp\n");
    }

    [Fact]
    public void A_reload_swaps_the_whole_configuration_and_leaves_the_old_one_as_it_was()
    {
        var live = LiveConfiguration.Open(_folder, ConfigOverrides.None, out _).ShouldNotBeNull();
        var before = live.Current;
        Write("mydomain = two.test\n");

        live.Reload(_ => []).ShouldBeEmpty();

        live.Current.Get(MainParameters.MyDomain).ShouldBe("two.test");
        before.Get(MainParameters.MyDomain).ShouldBe("one.test");
    }

    [Fact]
    public void A_reload_with_an_error_keeps_all_of_the_old_configuration()
    {
        var live = LiveConfiguration.Open(_folder, ConfigOverrides.None, out _).ShouldNotBeNull();
        var before = live.Current;
        Write("mydomain = two.test\ninitial_destination_concurrency = 0\n");

        live.Reload(_ => []).ShouldHaveSingleItem().Severity.ShouldBe(FaultSeverity.Error);

        live.Current.ShouldBeSameAs(before);
    }

    [Fact]
    public void A_reload_tells_all_that_is_wrong_with_the_files_and_with_what_they_name_at_once()
    {
        var live = LiveConfiguration.Open(_folder, ConfigOverrides.None, out _).ShouldNotBeNull();
        Write("initial_destination_concurrency = 0\ntransport_maps = hash:nowhere\n");

        var faults = live.Reload(_ => [new ConfigFault(FaultSeverity.Error, Path.Combine(_folder, "main.cf"), 2, "transport_maps", "no such file")]);

        faults.Select(f => f.Line).ShouldBe([1, 2]);
    }

    [Fact]
    public void A_folder_with_errors_does_not_open()
    {
        Write("initial_destination_concurrency = 0\n");

        LiveConfiguration.Open(_folder, ConfigOverrides.None, out var faults).ShouldBeNull();
        faults.ShouldHaveSingleItem();
    }
}
