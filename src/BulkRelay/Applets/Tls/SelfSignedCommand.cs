using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Tls;

namespace BulkRelay.Server.Applets.Tls;

/// <summary>
/// <c>bulkrelay tls self-signed</c>: a key and a certificate for a first start, and the lines of <c>main.cf</c> that use them. Exit
/// status 1 if there are such files already.
/// </summary>
internal static class SelfSignedCommand
{
    private const int MaxDays = 3650;

    private static readonly Option<string[]> Names = new("--name") { Description = "a host name that the certificate is for; may be repeated (default: myhostname)", HelpName = "NAME", DefaultValueFactory = _ => [] };
    private static readonly Option<string?> Out = new("--out") { Description = "where the files go (default: the folder of main.cf)", HelpName = "DIR" };
    private static readonly Option<int> Days = new("--days") { Description = $"how long it is valid, up to {MaxDays}", DefaultValueFactory = _ => 365 };
    private static readonly Option<bool> IsRsa = new("--rsa") { Description = "an RSA key, for clients that know no elliptic curves" };
    private static readonly Option<bool> Force = new("--force") { Description = "replace the files if they are there; a running relay takes up the new ones" };

    public static Command Make(Option<string?> folder, TextWriter output, TextWriter error)
    {
        var command = new Command("self-signed", "Writes a new key (readable by its owner only) and a self-signed certificate, and prints the lines for main.cf that use them.")
        {
            Names, Out, Days, IsRsa, Force,
        };
        command.SetAction(parsed => Run(parsed, ConfigFolder.Of(parsed.GetValue(folder)), output, error));
        return command;
    }

    private static int Run(ParseResult parsed, string folder, TextWriter output, TextWriter error)
    {
        var target = Path.GetFullPath(parsed.GetValue(Out) ?? folder);
        var (key, certificate) = (Path.Combine(target, "server.key"), Path.Combine(target, "server.crt"));
        var days = parsed.GetValue(Days);
        if (days is < 1 or > MaxDays) return Fail(error, string.Create(CultureInfo.InvariantCulture, $"--days: use 1 to {MaxDays}"), 2);
        if (!parsed.GetValue(Force) && new[] { key, certificate }.FirstOrDefault(File.Exists) is { } there)
            return Fail(error, $"{there} is there already: use --force to replace it", 1);
        if (NamesOf(parsed, folder, error) is not { } names) return 1;
        try
        {
            var made = SelfSignedCertificate.Make(names, TimeProvider.System.GetUtcNow(), days, parsed.GetValue(IsRsa));
            Write(key, folder, made.KeyPem, OwnerOnly);
            Write(certificate, folder, made.CertificatePem, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            return Fail(error, e.Message, 1);
        }
        Explain(output, names, key, certificate, days);
        return 0;
    }

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static string[]? NamesOf(ParseResult parsed, string folder, TextWriter error)
    {
        if (parsed.GetValue(Names) is { Length: > 0 } given) return given;
        return ConfigFolder.Open(folder, [], error) is { } configuration ? [configuration.Current.Get(MainParameters.MyHostname)] : null;
    }

    /// <summary>Replaces a file in one step, so that a running relay never sees half of it.</summary>
    private static void Write(string path, string ownerOf, string content, UnixFileMode mode)
    {
        var temporary = path + AtomicFile.Suffix;
        File.Delete(temporary);
        AtomicFile.CreatePrivate(temporary, ownerOf, content);
        File.SetUnixFileMode(temporary, mode);
        File.Move(temporary, path, overwrite: true);
    }

    private static void Explain(TextWriter output, IReadOnlyList<string> names, string key, string certificate, int days) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            Wrote {key} and {certificate}, for {string.Join(", ", names)}, valid for {days} days.

            For main.cf:
            smtpd_tls_security_level = may
            smtpd_tls_cert_file = {certificate}
            smtpd_tls_key_file = {key}

            Nobody vouches for this certificate: clients that verify it need one of an authority.
            """));

    private static int Fail(TextWriter error, string message, int status)
    {
        error.WriteLine($"bulkrelay tls self-signed: {message}");
        return status;
    }
}
