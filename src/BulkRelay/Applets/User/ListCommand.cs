using System.CommandLine;
using BulkRelay.Core.Ingress.Sasl;

namespace BulkRelay.Server.Applets.User;

/// <summary><c>bulkrelay user list</c>: who can sign in, and how.</summary>
internal static class ListCommand
{
    public static Command Make(UserConsole console) =>
        console.Make("list", "Lists the users and the mechanisms by which each can sign in.", ["bulkrelay user list"], (_, file) =>
        {
            if (!File.Exists(file)) throw new UserException($"there is no file of users ({file}): `bulkrelay user add NAME` makes it");
            foreach (var (name, secret) in UserLines.Read(File.ReadAllText(file))) console.Output.WriteLine($"{name}\t{Mechanisms(secret)}");
            return 0;
        });

    private static string Mechanisms(string secret)
    {
        if (StoredSecret.Parse(secret, allowsBare: false, out var fault) is not { } parsed) return $"cannot sign in: {fault}";
        var names = new List<string> { "LOGIN", "PLAIN" };
        if (parsed.Plain is not null) names.Add("CRAM-MD5");
        if (parsed.Plain is not null || parsed.Scram is not null) names.Add("SCRAM-SHA-256");
        return string.Join(' ', names);
    }
}
