using BulkRelay.Core.Configuration;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Configuration;

/// <summary>Which texts are numbers, times and booleans: Postfix's answer (any of its programs ends on a bad one) and ours.</summary>
public class ValueGoldenTests
{
    /// <summary>A parameter that every program of Postfix reads, and one of ours of the same type and range.</summary>
    private static readonly Dictionary<string, string> Counterparts = new()
    {
        ["hash_queue_depth"] = "initial_destination_concurrency",
        ["fork_delay"] = "default_recipient_refill_delay",
        ["owner_request_special"] = "disable_dns_lookups",
    };

    [Theory]
    [InlineData("hash_queue_depth", "1", "01", "+5", "-1", "0", "0x10", "5k", "1e3", "1.5", "2147483647", "2147483648", "99999999999999999999", "", "1 2", "yes")]
    [InlineData("fork_delay", "1", "1s", "5m", "2h", "1d", "1w", "0005", "+5s", "1S", "2H", "1 s", "-5s", "0", "5x", "1.5s", "3500000000", "40000d", "", "s5")]
    [InlineData("owner_request_special", "yes", "YES", "Yes", "no", "No", "y", "true", "1", "0", "", "yes no")]
    public async Task The_same_values_are_accepted(string parameter, params string[] values)
    {
        foreach (var value in values)
        {
            using var pair = new ConfigPair($"{parameter} = {value}\n");
            var postfix = await Tool.RunAsync("/usr/sbin/postmap", ["-c", pair.Path, "-q", "key", "static:found"]);
            var ours = ConfigLoader.Parse($"{Counterparts[parameter]} = {value}\n", "", "/", ConfigOverrides.None);
            (ours.Snapshot is not null).ShouldBe(postfix.ExitCode == 0, $"'{value}' for {parameter}: {postfix.Error}");
        }
    }
}
