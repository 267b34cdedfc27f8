using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using BulkRelay.Core.Ingress.Sasl;

namespace BulkRelay.Server.Applets.User;

/// <summary>Reads lists of users as other programs keep or print them. A line that is not taken becomes a fault, which never shows a password.</summary>
internal static partial class UserImport
{
    private const string PasswordProperty = "userPassword";

    /// <summary>The users and what is to be kept of their passwords.</summary>
    public static IReadOnlyList<(string Name, string Secret)> Read(IReadOnlyList<string> lines, bool keepsPassword, List<string> faults)
    {
        var found = lines.Contains("HEADER=END") ? ReadDump(lines, faults) : ReadLines(lines, faults);
        // Hashing is slow by intent, so it is done for several at the same time.
        return [.. found.AsParallel().AsOrdered().Select(u => (u.Name, u.Hash ?? UserLines.Secret(u.Password!, keepsPassword)))];
    }

    /// <summary>Pairs of lines, a key <c>name\00realm\00property</c> and its value, each behind a blank (db_dump(1)).</summary>
    private static List<Found> ReadDump(IReadOnlyList<string> lines, List<string> faults)
    {
        var users = new List<Found>();
        var at = lines.ToList().IndexOf("HEADER=END") + 1;
        for (; at + 1 < lines.Count && lines[at].StartsWith(' '); at += 2)
        {
            if (Unescape(lines[at][1..]).Split('\0') is not [var name, var realm, PasswordProperty]) continue;
            Take(users, realm.Length > 0 ? $"{name}@{realm}" : name, Unescape(lines[at + 1][1..]), hash: null, at + 1, faults);
        }
        return users;
    }

    private static List<Found> ReadLines(IReadOnlyList<string> lines, List<string> faults)
    {
        var users = new List<Found>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Length == 0 || lines[i][0] == '#') continue;
            var colon = lines[i].IndexOf(':', StringComparison.Ordinal);
            if (colon < 0) faults.Add(Line(i + 1, "a line is a name, a colon and a password"));
            else ReadUser(users, lines[i][..colon], lines[i][(colon + 1)..], i + 1, faults);
        }
        return users;
    }

    private static void ReadUser(List<Found> users, string name, string rest, int line, List<string> faults)
    {
        if (rest.Trim() == PasswordProperty)
            faults.Add(Line(line, $"this is what sasldblistusers2 prints of {name}, without the password: use `db_dump -p /etc/sasldb2` instead"));
        else if (PasswdFields().IsMatch(rest)) faults.Add(Line(line, $"this is a line of /etc/passwd, without the password of {name}"));
        else if (rest is ['$', ..])
        {
            var hash = rest.Split(':')[0];
            if (UnixCrypt.Knows(hash)) Take(users, name, null, hash, line, faults);
            else faults.Add(Line(line, $"the hash of {name} is of a kind that this system does not know: add the user with `bulkrelay user add`"));
        }
        else if (rest is ['{', ..] or ['!', ..] or ['*', ..])
            faults.Add(Line(line, $"what is kept of the password of {name} cannot be used here: add the user with `bulkrelay user add`"));
        else Take(users, name, rest, null, line, faults);
    }

    private static void Take(List<Found> users, string name, string? password, string? hash, int line, List<string> faults)
    {
        try
        {
            users.Add(new Found(UserConsole.CheckedName(name), password is null ? null : UserConsole.Checked(password), hash));
        }
        catch (UserException e)
        {
            faults.Add(Line(line, e.Message));
        }
    }

    private static string Line(int number, string what) => string.Create(CultureInfo.InvariantCulture, $"line {number}: {what}");

    /// <summary><c>\hh</c> is an octet, <c>\\</c> a backslash.</summary>
    private static string Unescape(string text)
    {
        var octets = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length) octets.AddRange(Encoding.UTF8.GetBytes(text, i, 1));
            else if (text[i + 1] == '\\') octets.Add((byte)text[++i]);
            else if (i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                octets.Add(octet);
                i += 2;
            }
        }
        return Encoding.UTF8.GetString([.. octets]);
    }

    [GeneratedRegex(@"^[^:]?:\d+:\d+:")]
    private static partial Regex PasswdFields();

    private readonly struct Found(string name, string? password, string? hash)
    {
        public string Name => name;

        public string? Password => password;

        public string? Hash => hash;
    }
}
