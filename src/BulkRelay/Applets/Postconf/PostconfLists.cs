using System.Security.Cryptography;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Ingress.Sasl;

namespace BulkRelay.Server.Applets.Postconf;

/// <summary>What <c>postconf</c> lists of the program itself: the same in every configuration.</summary>
internal static class PostconfLists
{
    /// <summary>Prints the list that an option asks for. Null if none does; else the exit status.</summary>
    public static int? Show(PostconfArguments arguments, TextWriter output, TextWriter error)
    {
        if (arguments.Has('m')) return Print(LookupTables.Names, output);
        if (arguments.Has('a')) return Print(SaslBackends.Types, output);
        if (arguments.Has('A')) return Print(["cyrus"], output);
        if (arguments.TlsMode is { } mode) return ShowTls(mode, output, error);
        if (!arguments.Has('l')) return null;
        error.WriteLine("postconf: warning: -l: there are no mailboxes here, and so no locks for them");
        return 0;
    }

    private static int ShowTls(string mode, TextWriter output, TextWriter error)
    {
        // The library that the runtime found is the one there is: it was not compiled against another.
        if (mode is "compile-version" or "run-version") return Print([Version()], output);
        if (mode == "public-key-algorithms") return Print(["dsa", "ecdsa", "rsa"], output);
        error.WriteLine($"postconf: warning: unknown 'postconf -T' mode: {mode}");
        return 1;
    }

    private static string Version()
    {
        // MNN00PP0, see OPENSSL_VERSION_NUMBER(3).
        var number = SafeEvpPKeyHandle.OpenSslVersion;
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"OpenSSL {number >> 28}.{(number >> 20) & 0xFF}.{(number >> 4) & 0xFF}");
    }

    private static int Print(IEnumerable<string> names, TextWriter output)
    {
        foreach (var name in names) output.WriteLine(name);
        return 0;
    }
}
