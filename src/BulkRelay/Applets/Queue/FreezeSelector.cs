using System.CommandLine;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Server.Applets.Queue;

/// <summary>The options that say what is frozen: one of them.</summary>
internal sealed class FreezeSelector
{
    private readonly Option<bool> _all = new("--all") { Description = "all mail" };

    private readonly (FreezeScope Scope, Option<string?> Option)[] _named =
    [
        (FreezeScope.Transport, new("--transport") { Description = "the mail of a transport of master.cf", HelpName = "NAME" }),
        (FreezeScope.Destination, new("--destination") { Description = "the mail for a next hop, as in [mail.example.com]:587", HelpName = "NEXTHOP" }),
        (FreezeScope.Domain, new("--domain") { Description = "the mail for recipients in a domain, wherever it is routed", HelpName = "DOMAIN" }),
        (FreezeScope.Flow, new("--flow") { Description = "the mail of a flow (campaign)", HelpName = "FLOW" }),
    ];

    public void AddTo(Command command)
    {
        command.Add(_all);
        foreach (var (_, option) in _named) command.Add(option);
    }

    /// <summary>What the command line names.</summary>
    /// <exception cref="FilterException">It names nothing, or more than one thing.</exception>
    public (FreezeScope Scope, string Name) Read(ParseResult parsed)
    {
        var given = _named.Where(n => parsed.GetValue(n.Option) is not null).Select(n => (n.Scope, Name: parsed.GetValue(n.Option)!)).ToList();
        if (parsed.GetValue(_all)) given.Add((FreezeScope.All, ""));
        if (given is not [var only]) throw new FilterException($"say one of --all, {string.Join(", ", _named.Select(n => n.Option.Name))}");
        if (only.Scope != FreezeScope.All && only.Name.Length == 0) throw new FilterException($"--{only.Scope.ToString().ToLowerInvariant()}: a name is needed");
        return only.Scope is FreezeScope.Destination or FreezeScope.Domain ? (only.Scope, only.Name.ToLowerInvariant()) : only;
    }
}
