using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Tables;

/// <summary>The Makefile of many a Postfix folder: <c>postmap</c> on each table, then <c>newaliases</c>, called by their own names.</summary>
public sealed class MakefileOfTables : IDisposable
{
    private static readonly string[] Tables =
        ["access", "canonical", "generic", "helo_access", "relay_clientcerts", "relay_domains", "relocated", "sasl_passwd", "sender_access", "tls_policy",
            "transport", "virtual"];

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Make_succeeds_for_twelve_tables_and_the_aliases()
    {
        foreach (var command in new[] { "postmap", "newaliases" })
            File.CreateSymbolicLink(_folder.File(command), Path.Combine(AppContext.BaseDirectory, "bulkrelay"));
        foreach (var table in Tables) await File.WriteAllTextAsync(_folder.File(table), $"# {table}\nexample.com value of {table}\n");
        await File.WriteAllTextAsync(_folder.File("aliases"), "postmaster: root\nroot: admin@example.com\n");
        await File.WriteAllTextAsync(_folder.File("main.cf"), $"alias_database = hash:{_folder.File("aliases")}\nmyhostname = relay.example\n");
        await File.WriteAllTextAsync(_folder.File("master.cf"), "");
        await File.WriteAllTextAsync(_folder.File("Makefile"),
            $"all: {string.Join(' ', Tables)}\n\tfor table in $^; do ./postmap hash:{_folder.Path}/$$table || exit 1; done\n\t./newaliases -c {_folder.Path}\n");

        var made = await Tool.RunAsync("make", ["-s", "-C", _folder.Path]);

        made.Succeeded().ShouldBeEmpty();
        made.Error.ShouldBeEmpty();
        (await Tool.RunAsync(_folder.File("postmap"), ["-q", "example.com", $"hash:{_folder.File("transport")}"])).Succeeded().ShouldBe("value of transport\n");
        (await Tool.RunAsync(_folder.File("postmap"), ["-q", "other", $"hash:{_folder.File("transport")}"])).ExitCode.ShouldBe(1);
    }

    public void Dispose() => _folder.Dispose();
}
