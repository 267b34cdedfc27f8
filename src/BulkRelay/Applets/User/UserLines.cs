using System.Security.Cryptography;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress.Sasl;
using BulkRelay.Smtp.Sasl;

namespace BulkRelay.Server.Applets.User;

/// <summary>The text of the file of users: one in each line, comments and order kept.</summary>
internal static class UserLines
{
    private const string Heading = "# Users who can sign in. Edited by `bulkrelay user`; a line is a name and what is kept of the password.\n";

    /// <summary>What is kept of a password: salted keys, and the password itself only if it is wanted.</summary>
    public static string Secret(string password, bool keepsPassword)
    {
        var keys = ScramKeys.Derive(password, RandomNumberGenerator.GetBytes(16), UserFile.Iterations).Format();
        return keepsPassword ? $"{keys} {StoredSecret.Base64Prefix}{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(password))}" : keys;
    }

    /// <summary>Changes the file in one step; makes it first, for its owner's eyes only, if it is not there.</summary>
    public static void Edit(string file, Func<string, string> edit)
    {
        AtomicFile.CreatePrivate(file, Path.GetDirectoryName(file)!, Heading);
        AtomicFile.Edit(file, edit);
    }

    /// <summary>The name and the secret of each line.</summary>
    public static IEnumerable<(string Name, string Secret)> Read(string text)
    {
        foreach (var line in text.Split('\n').Where(IsUser))
        {
            var parts = line.Split([' ', '\t'], 2, StringSplitOptions.TrimEntries);
            yield return (parts[0], parts.Length > 1 ? parts[1].Trim() : "");
        }
    }

    /// <summary>The text with this secret for the user; <paramref name="isNew"/> tells whether the user is.</summary>
    public static string Set(string text, string name, string secret, out bool isNew)
    {
        var line = AtomicFile.ToFileText($"{name} {secret}");
        var lines = text.Split('\n').ToList();
        var at = lines.FindIndex(l => IsOf(l, name));
        isNew = at < 0;
        if (at >= 0) lines[at] = line;
        else if (lines[^1].Length == 0) lines.Insert(lines.Count - 1, line);
        else lines.AddRange([line, ""]);
        return string.Join('\n', lines);
    }

    /// <summary>The text without the user; null if there is no such user.</summary>
    public static string? Remove(string text, string name)
    {
        var lines = text.Split('\n').ToList();
        return lines.RemoveAll(l => IsOf(l, name)) > 0 ? string.Join('\n', lines) : null;
    }

    private static bool IsUser(string line) => line.Length > 0 && line[0] is not ('#' or ' ' or '\t');

    private static bool IsOf(string line, string name) =>
        IsUser(line) && line.Split([' ', '\t'], 2)[0].Equals(AtomicFile.ToFileText(name), StringComparison.OrdinalIgnoreCase);
}
