using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.Applets.Postconf;

namespace BulkRelay.EndToEnd.Configuration;

/// <summary>One configuration, given to Postfix's <c>postconf</c> and to ours.</summary>
internal sealed class ConfigPair : IDisposable
{
    private readonly TempFolder _folder = new();

    public ConfigPair(string mainCf, string masterCf = "")
    {
        // The level below which defaults of Postfix's differ from ours.
        File.WriteAllText(_folder.File("main.cf"), mainCf.Contains("compatibility_level =", StringComparison.Ordinal) ? mainCf : $"compatibility_level = 3.6\n{mainCf}");
        File.WriteAllText(_folder.File("master.cf"), masterCf);
    }

    public string Path => _folder.Path;

    public string Read(string file) => File.ReadAllText(_folder.File(file));

    public Task<ToolResult> PostfixAsync(params string[] args) => Tool.RunAsync("/usr/sbin/postconf", ["-c", _folder.Path, .. args]);

    public async Task<ToolResult> OursAsync(params string[] args)
    {
        using StringWriter output = new(), error = new();
        return new ToolResult(await PostconfApplet.RunAsync(["-c", _folder.Path, .. args], output, error), output.ToString(), error.ToString());
    }

    /// <summary>Both print the same and succeed; returns what they print.</summary>
    public async Task<string> SameAsync(params string[] args)
    {
        var expected = (await PostfixAsync(args)).Succeeded();
        var ours = await OursAsync(args);
        ours.Error.ShouldNotContain("fatal");
        ours.Output.ShouldBe(expected);
        return expected;
    }

    public void Dispose() => _folder.Dispose();
}
