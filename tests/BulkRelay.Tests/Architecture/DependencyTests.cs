using System.Text.RegularExpressions;

namespace BulkRelay.Tests.Architecture;

/// <summary>Dependencies point one way (src/README.md): what a folder may name is written here, and nothing else.</summary>
public sealed partial class DependencyTests
{
    private static readonly string Source = Path.Combine(RepositoryRoot(), "src");

    /// <summary>Folder of the core → the folders it may use besides itself.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Configuration"] = [],
        ["Observability"] = [],
        ["Queue"] = ["Configuration", "Observability"],
        ["Tls"] = ["Configuration", "Observability"],
        ["Dns"] = ["Configuration", "Observability"],
        ["Ingress"] = ["Configuration", "Observability", "Tls", "Dns", "Queue"],
        ["Egress"] = ["Configuration", "Observability", "Tls", "Dns", "Queue"],
        ["Bounces"] = ["Configuration", "Observability", "Queue"],
    };

    [Fact]
    public void Every_folder_of_the_core_is_in_the_list() =>
        Directory.GetDirectories(Path.Combine(Source, "BulkRelay.Core")).Select(Path.GetFileName).Except(["bin", "obj"]).Order().ShouldBe(Allowed.Keys.Order());

    [Fact]
    public void Inside_the_core_nothing_points_the_wrong_way()
    {
        var wrong = from folder in Allowed.Keys
                    from file in CodeOf(Path.Combine(Source, "BulkRelay.Core", folder))
                    from Match name in CorePart().Matches(File.ReadAllText(file))
                    let used = name.Groups[1].Value
                    where used != folder && !Allowed[folder].Contains(used)
                    select $"{Path.GetRelativePath(Source, file)} uses {used}";
        wrong.Distinct().ShouldBeEmpty();
    }

    [Fact]
    public void The_protocol_knows_nothing_of_the_relay() =>
        CodeOf(Path.Combine(Source, "BulkRelay.Smtp")).Where(file => ForeignPart().IsMatch(File.ReadAllText(file)
            .Replace("namespace BulkRelay.Smtp", "", StringComparison.Ordinal)
            .Replace("using BulkRelay.Smtp", "", StringComparison.Ordinal))).ShouldBeEmpty();

    [Fact]
    public void The_protocol_has_no_sockets() =>
        CodeOf(Path.Combine(Source, "BulkRelay.Smtp")).Where(file => SocketPart().IsMatch(File.ReadAllText(file))).ShouldBeEmpty();

    private static IEnumerable<string> CodeOf(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "BulkRelay.sln"))) folder = folder.Parent ?? throw new InvalidOperationException("the tests run outside of the repository");
        return folder.FullName;
    }

    [GeneratedRegex(@"\b(?:BulkRelay\.)?Core\.(Configuration|Observability|Tls|Dns|Queue|Ingress|Egress|Bounces)\b")]
    private static partial Regex CorePart();

    [GeneratedRegex(@"\b(Socket|NetworkStream|TcpClient|TcpListener|UdpClient)\b")]
    private static partial Regex SocketPart();

    [GeneratedRegex(@"\busing BulkRelay\.\w+|\bBulkRelay\.(Core|Server)\b")]
    private static partial Regex ForeignPart();
}
