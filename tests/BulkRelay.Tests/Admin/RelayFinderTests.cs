using BulkRelay.Core.Configuration;
using BulkRelay.Server.Admin;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Admin;

/// <summary>Relays that <c>-o queue_directory</c> has put elsewhere are found by the folder of their configuration.</summary>
public sealed class RelayFinderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Configured => _folder.File("queue");

    [Fact]
    public void Where_none_runs_the_configured_queue_is_meant() => RelayFinder.QueueDirectory(Read()).ShouldBe(Configured);

    [Fact]
    public void The_one_that_runs_elsewhere_is_found_and_gone_when_it_is_gone()
    {
        using (var elsewhere = RelayAnnouncement.Make(_folder.Path, "/x/elsewhere"))
        {
            elsewhere.ShouldNotBeNull();
            RelayFinder.QueueDirectory(Read()).ShouldBe("/x/elsewhere");
            RelayFinder.QueueDirectory(Read()).ShouldBe("/x/elsewhere");
        }
        RelayFinder.QueueDirectory(Read()).ShouldBe(Configured);
    }

    [Fact]
    public void A_relay_of_another_folder_is_not_meant()
    {
        using var other = new TemporaryFolder();
        using var elsewhere = RelayAnnouncement.Make(other.Path, "/x/elsewhere");
        RelayFinder.QueueDirectory(Read()).ShouldBe(Configured);
    }

    [Fact]
    public void Links_and_slashes_make_no_difference()
    {
        using var links = new TemporaryFolder();
        Directory.CreateSymbolicLink(links.File("link"), _folder.Path);
        using var elsewhere = RelayAnnouncement.Make($"{links.File("link")}/", "/x/elsewhere");
        RelayFinder.QueueDirectory(Read()).ShouldBe("/x/elsewhere");
    }

    [Fact]
    public void Of_several_the_user_has_to_say_which_is_meant()
    {
        using var one = RelayAnnouncement.Make(_folder.Path, "/x/one");
        using var two = RelayAnnouncement.Make(_folder.Path, "/x/two");
        var fault = Should.Throw<IOException>(() => RelayFinder.QueueDirectory(Read())).Message;
        fault.ShouldContain("on /x/one and /x/two: say which is meant, as in BULKRELAY_queue_directory=/x/one");
        RelayFinder.FindAll(Read()).ShouldBe(["/x/one", "/x/two"]);
    }

    [Fact]
    public void One_on_the_configured_queue_goes_before_others()
    {
        using var one = RelayAnnouncement.Make(_folder.Path, "/x/one");
        using var two = RelayAnnouncement.Make(_folder.Path, Configured);
        RelayFinder.QueueDirectory(Read()).ShouldBe(Configured);
    }

    [Fact]
    public void What_the_user_names_is_meant_whatever_else_runs()
    {
        using var one = RelayAnnouncement.Make(_folder.Path, "/x/one");
        RelayFinder.QueueDirectory(Read("queue_directory=/x/named")).ShouldBe("/x/named");
    }

    [Fact]
    public void There_is_an_end_to_those_that_announce_themselves()
    {
        var all = Enumerable.Range(0, RelayAnnouncement.MaxRelays).Select(i => RelayAnnouncement.Make(_folder.Path, $"/x/{i}")).ToList();
        all.ShouldAllBe(a => a != null);
        RelayAnnouncement.Make(_folder.Path, "/x/more").ShouldBeNull();
        all.ForEach(a => a!.Dispose());
    }

    private ConfigSnapshot Read(params string[] options) =>
        ConfigLoader.Parse("queue_directory = queue\n", "", _folder.Path, new ConfigOverrides(options, new System.Collections.Hashtable())).Snapshot!;
}
