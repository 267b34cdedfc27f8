using BulkRelay.Core.Configuration;

namespace BulkRelay.Server.Applets;

/// <summary><c>bulkrelay reference</c>: the page of all parameters, <c>config/README.md</c>, made from their declarations.</summary>
internal static class ReferencePage
{
    private const string Introduction = """
        # Configuration

        `main.cf` holds the parameters, `master.cf` the services, both in Postfix's syntax. The folder is `config/` in a checkout and
        `/etc/bulkrelay` when installed; `-c DIR` names another one. From the weakest to the strongest, a parameter is set by `main.cf`, by the
        environment (`BULKRELAY_name=value`), by `-o name=value` on the command line, and for one service by `-o name=value` on its line in `master.cf`.

        - `bulkrelay check` lists everything that is wrong, with file and line, and what has no effect. `run` and `reload` say the same lines.
        - `postconf` shows and changes parameters, as Postfix's command does; `postconf -n` shows what is set.
        - `bulkrelay reload` reads the files again. With an error in them, all of the old configuration stays.

        Below are the parameters that BulkRelay acts on. Defaults are Postfix's at `compatibility_level` 3.6; where not, the last section says why.
        Other parameters of Postfix are known and have no effect. One that changes what users see is a warning; one that protects or says where
        mail goes (a filter, aliases, copies) is an error, unless `unsupported_settings = ignore`. *Own* marks what Postfix does not have.

        This page is made from the declarations: `ops/bulkrelay reference > config/README.md`.
        """;

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        if (args.Length > 0)
        {
            await (args is ["--help"] ? output : error).WriteLineAsync("usage: bulkrelay reference (writes config/README.md to standard output)");
            return args is ["--help"] ? 0 : 2;
        }
        await output.WriteAsync(Text());
        return 0;
    }

    /// <summary>The page.</summary>
    public static string Text()
    {
        using var page = new StringWriter { NewLine = "\n" };
        page.WriteLine(Introduction.ReplaceLineEndings("\n"));
        foreach (var group in ParameterCatalog.Groups)
        {
            page.WriteLine($"\n## {group.Title}\n");
            page.WriteLine("| Parameter | Default | Meaning |");
            page.WriteLine("| --- | --- | --- |");
            foreach (var parameter in group.Parameters)
                page.WriteLine($"| `{parameter.Name}` | {Default(parameter)} | {Meaning(group, parameter)} |");
        }
        page.WriteLine("\n## Defaults that are not Postfix's\n");
        page.WriteLine("| Parameter | Here | Postfix | Why |");
        page.WriteLine("| --- | --- | --- | --- |");
        foreach (var (name, reason) in DefaultDifferences.Intended.OrderBy(d => d.Key, StringComparer.Ordinal))
            page.WriteLine($"| `{name}` | {Code(ParameterCatalog.Find(name)!.DefaultText)} | {Code(PostfixParameters.Defaults[name])} | {Escape(reason)} |");
        return page.ToString();
    }

    private static string Meaning(ParameterGroup group, Parameter parameter)
    {
        var text = Escape(parameter.Documentation);
        if (parameter.Range.Length > 0) text += $" Values: {Escape(parameter.Range)}.";
        if (parameter.Unit.Length > 0) text += $" Unit: {parameter.Unit}.";
        if (group.TransportParameters.FirstOrDefault(t => t.Default == parameter) is { } own) text += $" One transport alone: `<transport>{own.Suffix}`.";
        return parameter.IsOwn ? $"{text} *Own.*" : text;
    }

    private static string Default(Parameter parameter) =>
        DefaultDifferences.OfTheMachine.Contains(parameter.Name) ? "computed" : Code(parameter.DefaultText);

    private static string Code(string text) => text.Length == 0 ? "empty" : $"`{Escape(text)}`";

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
