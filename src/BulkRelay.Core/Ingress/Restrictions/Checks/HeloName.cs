using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Restrictions.Checks;

/// <summary>The name in HELO or EHLO as its checks see it: a host name, an address, or an address literal.</summary>
internal static class HeloName
{
    /// <summary>True for a host name; one dot at its end does not count.</summary>
    public static bool IsHostName(string name) => DomainName.IsHostName(WithoutFinalDot(name));

    /// <summary>True for an address without brackets.</summary>
    public static bool IsAddress(string name) => CidrPattern.TryParseAddress(WithoutFinalDot(name), out _, out _);

    /// <summary>True for what claims to be an address literal.</summary>
    public static bool IsLiteral(string name) => name.StartsWith('[');

    /// <summary>What all checks of the name say to an address literal, with brackets or without: nothing, unless it is none.</summary>
    public static Verdict CheckLiteral(AccessRequest request, RestrictionSetup setup)
    {
        var name = request.HeloName;
        if (DomainName.IsAddressLiteral(IsLiteral(name) ? name : $"[{name}]")) return Verdict.Dunno;
        return Verdict.Refuse(RestrictionSetup.Reply(setup.Snapshot.Get(CheckParameters.InvalidHostnameRejectCode), "5.5.2",
            $"{AccessTarget.Helo(request)} rejected: invalid ip address"));
    }

    private static string WithoutFinalDot(string name) =>
        name.EndsWith('.') && !name.EndsWith("..", StringComparison.Ordinal) ? name[..^1] : name;
}
