using System.Globalization;

namespace BulkRelay.Core.Ingress;

/// <summary>The users of this machine, as <c>authorized_submit_users</c> and <c>sendmail</c> want to know them.</summary>
public static class SubmitUsers
{
    private const string PasswordFile = "/etc/passwd";

    /// <summary>The status of a user who may not hand over mail.</summary>
    internal const string NotAllowed = "5.7.1";

    /// <summary>Why a user may not hand over mail; null if he may.</summary>
    public static async ValueTask<string?> RefusalAsync(int userId, SmtpdPolicy policy, CancellationToken cancel)
    {
        var name = Find(userId).Name;
        var match = await policy.AuthorizedSubmitUsers.MatchAsync(name, cancel);
        if (match.Failure is not null) return "4.3.0 authorized_submit_users cannot be looked up";
        return match.IsMatch ? null
            : string.Create(CultureInfo.InvariantCulture, $"{NotAllowed} User {name}({userId}) is not allowed to submit mail");
    }

    /// <summary>The login name and the full name of a user; of one that the system does not list, the number and nothing.</summary>
    public static (string Name, string FullName) Find(int userId)
    {
        var number = userId.ToString(CultureInfo.InvariantCulture);
        if (File.Exists(PasswordFile))
            foreach (var line in File.ReadLines(PasswordFile))
                if (line.Split(':') is [var name, _, var id, _, var gecos, ..] && id == number) return (name, FullName(gecos, name));
        return (number, "");
    }

    /// <summary>passwd(5): the full name is the first of the fields between commas, and an ampersand in it stands for the login name.</summary>
    private static string FullName(string gecos, string name) =>
        gecos.Split(',')[0].Replace("&", char.ToUpperInvariant(name[0]) + name[1..], StringComparison.Ordinal);
}
