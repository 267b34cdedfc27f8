using System.Text;
using Npgsql;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>
/// The place of a PostgreSQL database as users of Postfix and psql write it: words <c>keyword=value</c>, or a URI <c>postgresql://…</c>
/// (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING). What is not given comes from the environment
/// (<c>PGHOST PGPORT PGDATABASE PGUSER PGPASSWORD PGPASSFILE</c> …) and then from libpq's defaults. Faults never quote a value, because it may be
/// a password.
/// </summary>
public static class ConnectionText
{
    /// <summary>Where Debian's and most others' servers have their socket.</summary>
    private const string DefaultHost = "/var/run/postgresql";

    /// <param name="place">What stands behind <c>postgres:</c>.</param>
    /// <param name="folder">Relative names of files count from here.</param>
    /// <exception cref="FormatException">It cannot be read; says what is wrong.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string place, string folder)
    {
        var keywords = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            if (place.StartsWith("//", StringComparison.Ordinal)) ReadUri(place[2..], keywords);
            else ReadWords(place, keywords);
            return Build(keywords, folder);
        }
        catch (ArgumentException)
        {
            throw new FormatException("a value cannot be understood");
        }
    }

    private static NpgsqlConnectionStringBuilder Build(Dictionary<string, string> keywords, string folder)
    {
        var builder = new NpgsqlConnectionStringBuilder { Timeout = 5, TcpKeepAlive = true, GssEncryptionMode = GssEncryptionMode.Disable };
        var port = keywords.Remove("port", out var given) ? given : Environment.GetEnvironmentVariable("PGPORT") ?? "5432";
        var host = keywords.Remove("host", out var hosts) ? hosts : Environment.GetEnvironmentVariable("PGHOST") ?? DefaultHost;
        SetHosts(builder, host.Split(','), port.Split(','));
        builder.Database = Environment.GetEnvironmentVariable("PGDATABASE");
        builder.ApplicationName = $"bulkrelay on {Environment.MachineName}, process {Environment.ProcessId}";
        foreach (var (keyword, value) in keywords)
        {
            if (!ConnectionKeywords.All.TryGetValue(keyword, out var set))
                throw new FormatException($"there is a keyword that is not supported; known are dbname, host, port, {string.Join(", ", ConnectionKeywords.All.Keys.Where(known => known != "dbname").Order(StringComparer.Ordinal))}");
            try
            {
                set(builder, ConnectionKeywords.Files.Contains(keyword) ? Path.GetFullPath(value, folder) : value);
            }
            catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
            {
                throw new FormatException($"the value of {keyword} cannot be understood");
            }
        }
        builder.Database ??= builder.Username ?? Environment.GetEnvironmentVariable("PGUSER") ?? Environment.UserName;
        return builder;
    }

    private static void SetHosts(NpgsqlConnectionStringBuilder builder, string[] hosts, string[] ports)
    {
        if (ports.Length != 1 && ports.Length != hosts.Length) throw new FormatException("give one port, or as many as hosts");
        var numbers = ports.Select(port => ushort.TryParse(port, out var number) && number > 0
            ? number : throw new FormatException("the port is no number from 1 to 65535")).ToArray();
        builder.Port = numbers[0];
        builder.Host = hosts.Length == 1
            ? hosts[0] : string.Join(',', hosts.Select((host, i) => $"{Bracketed(host)}:{numbers[numbers.Length == 1 ? 0 : i]}"));
        // Of several servers the one is meant that takes changes, as with a primary and its standbys.
        if (hosts.Length > 1) builder.TargetSessionAttributes = "read-write";
    }

    private static string Bracketed(string host) => host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;

    /// <summary>Words with or without blanks around the equals sign; values with blanks stand in single quotes, a backslash takes the next character as it is.</summary>
    private static void ReadWords(string text, Dictionary<string, string> keywords)
    {
        for (var at = 0; ;)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
            if (at == text.Length) return;
            var equals = text.IndexOf('=', at);
            if (equals < 0) throw new FormatException("use keyword=value words, as in host=/var/run/postgresql dbname=bulkrelay, or //user@host/database");
            var keyword = text[at..equals].Trim();
            at = equals + 1;
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
            keywords[keyword] = ReadValue(text, ref at);
        }
    }

    private static string ReadValue(string text, ref int at)
    {
        var value = new StringBuilder();
        var isQuoted = at < text.Length && text[at] == '\'';
        if (isQuoted) at++;
        for (; at < text.Length && (isQuoted ? text[at] != '\'' : !char.IsWhiteSpace(text[at])); at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length) at++;
            value.Append(text[at]);
        }
        if (isQuoted && at++ == text.Length) throw new FormatException("a quote is not closed");
        return value.ToString();
    }

    /// <summary><c>[user[:password]@][host[:port][,…]][/database][?keyword=value[&amp;…]]</c>, each part percent-encoded.</summary>
    private static void ReadUri(string text, Dictionary<string, string> keywords)
    {
        var query = text.IndexOf('?', StringComparison.Ordinal);
        var words = query < 0 ? "" : text[(query + 1)..];
        var rest = query < 0 ? text : text[..query];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0 && slash < rest.Length - 1) keywords["dbname"] = Decode(rest[(slash + 1)..]);
        var authority = slash < 0 ? rest : rest[..slash];
        var at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            var login = authority[..at].Split(':', 2);
            keywords["user"] = Decode(login[0]);
            if (login.Length == 2) keywords["password"] = Decode(login[1]);
        }
        ReadHosts(authority[(at + 1)..], keywords);
        foreach (var word in words.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.Split('=', 2) is not [var keyword, var value]) throw new FormatException("behind the question mark only keyword=value words may stand");
            keywords[Decode(keyword)] = Decode(value);
        }
    }

    private static void ReadHosts(string text, Dictionary<string, string> keywords)
    {
        if (text.Length == 0) return;
        var places = text.Split(',').Select(place =>
        {
            var colon = place.IndexOf(':', place.StartsWith('[') ? Math.Max(place.IndexOf(']', StringComparison.Ordinal), 0) : 0);
            return colon < 0 ? (Host: place, Port: "") : (Host: place[..colon], Port: place[(colon + 1)..]);
        }).ToList();
        keywords["host"] = string.Join(',', places.Select(place => Decode(place.Host.Trim('[', ']'))));
        if (places.Any(place => place.Port.Length > 0))
            keywords["port"] = string.Join(',', places.Select(place => place.Port.Length > 0 ? place.Port : "5432"));
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text);
}
