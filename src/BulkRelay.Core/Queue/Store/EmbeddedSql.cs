using System.Reflection;

namespace BulkRelay.Core.Queue.Store;

/// <summary>The <c>.sql</c> files in the folders of the drivers, which are part of the assembly.</summary>
internal static class EmbeddedSql
{
    private const string Prefix = "BulkRelay.Core.Queue.Store.";

    private static readonly Assembly Assembly = typeof(EmbeddedSql).Assembly;

    /// <summary>The names (<c>Driver.Folder.file.sql</c>) of the files in a folder (<c>Driver.Folder</c>), in order.</summary>
    public static IReadOnlyList<string> Names(string folder) =>
        [.. Assembly.GetManifestResourceNames().Where(name => name.StartsWith($"{Prefix}{folder}.", StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..]).Order(StringComparer.Ordinal)];

    /// <summary>The text of a file.</summary>
    public static string Read(string name)
    {
        using var stream = Assembly.GetManifestResourceStream(Prefix + name) ??
            throw new InvalidOperationException($"no {name} in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
