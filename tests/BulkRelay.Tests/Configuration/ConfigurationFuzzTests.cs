using BulkRelay.Core.Configuration;

namespace BulkRelay.Tests.Configuration;

/// <summary>Whatever stands in the files, reading them ends, throws nothing, and every fault has its place.</summary>
public class ConfigurationFuzzTests
{
    private static readonly string[] Pieces =
    [
        "\n", "\r\n", " ", "\t", "=", " = ", "$", "$$", "${", "}", "{", "$(", ")", "?", ":", "==", "<=level", "a", "b", "$a", "${b}", "#", ",", "-o", "-", "--",
        "smtp", "inet", "unix", "n", "y", "myhostname", "mynetworks", "queue_directory", "smtp_destination_rate_delay", "5", "1s", "\0", "\u00e9", "/", "[::1]:25",
        "smtp inet n - n - - smtpd", "\nslow unix - - n - - smtp\n", "\n  -o ", "{ a = b }", "smtpd_restriction_classes", "default_rbl_reply", "BULKRELAY_x",
    ];

    [Fact]
    public void Any_text_is_read_to_its_end() => RunFor(1_000, (main, master) =>
    {
        var load = ConfigLoader.Parse(main, master, "/etc/bulkrelay", ConfigOverrides.None);

        load.Faults.ShouldAllBe(f => f.Message.Length > 0 && (f.Line > 0 || f.File == "default"));
        (load.Snapshot is null).ShouldBe(load.Faults.Any(f => f.Severity == FaultSeverity.Error));
    });

    [Fact]
    public void Editing_any_text_sets_the_value_and_nothing_else() => RunFor(2_000, (text, _) =>
    {
        var edited = MainCfEditor.Set(text, new Dictionary<string, string> { ["edited"] = "v" }, _ => { });

        var (before, after) = (MainCf.Parse(text, "main.cf", []).Settings, MainCf.Parse(edited, "main.cf", []).Settings);
        after["edited"].Value.ShouldBe("v");
        after.Where(s => s.Key != "edited").Select(s => (s.Key, s.Value.Value)).ShouldBe(before.Where(s => s.Key != "edited").Select(s => (s.Key, s.Value.Value)));
    });

    [Fact]
    public void What_a_service_is_printed_as_reads_back_as_the_same_service() => RunFor(2_000, (_, tail) =>
    {
        var services = MasterCf.Parse($"x unix - - n - - smtp {tail.ReplaceLineEndings(" ")}", "master.cf", []).Services;
        foreach (var service in services.Where(s => !s.Arguments.Any(a => a.AsSpan().IndexOfAny("{}") >= 0 || a.Length == 0)))
        {
            using var text = new StringWriter();
            BulkRelay.Server.Applets.Postconf.ServiceFormat.Write(service, new(text, fold: true));
            MasterCf.Parse(text.ToString(), "master.cf", []).Services.ShouldHaveSingleItem().Overrides.Select(o => (o.Name, o.Value))
                .ShouldBe(service.Overrides.Select(o => (o.Name, o.Value)));
        }
    });

    private static void RunFor(int rounds, Action<string, string> check)
    {
        for (var seed = 0; seed < rounds; seed++)
        {
            var random = new Random(seed);
            var (main, master) = (Make(random), Make(random));
            try
            {
                check(main, master);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: main.cf '{main}', master.cf '{master}'", e);
            }
        }
    }

    private static string Make(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => Pieces[random.Next(Pieces.Length)]));
}
