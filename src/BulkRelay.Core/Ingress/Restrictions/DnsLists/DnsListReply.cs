using System.Globalization;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Ingress.Access;

namespace BulkRelay.Core.Ingress.Restrictions.DnsLists;

/// <summary>
/// The refusal of what a DNS list has: by the template of <c>rbl_reply_maps</c> for that list, or by <c>default_rbl_reply</c>.
/// </summary>
internal sealed class DnsListReply
{
    private const int FallbackCode = 450;
    private const string FallbackText = "Service unavailable";

    private static readonly string[] OwnAttributes = ["rbl_code", "rbl_class", "rbl_what", "rbl_domain", "rbl_reason", "rbl_txt"];

    private readonly ConfigSnapshot _snapshot;
    private readonly LookupTableList _templates;
    private readonly ReplyTemplate? _default;
    private readonly string _fault;
    private readonly string _code;
    private readonly string _allowed;

    public DnsListReply(RestrictionSetup setup)
    {
        _snapshot = setup.Snapshot;
        _allowed = setup.ExpansionFilter;
        _templates = setup.Tables(DnsListParameters.RblReplyMaps);
        _code = setup.Snapshot.Get(DnsListParameters.MapsRblRejectCode).ToString(CultureInfo.InvariantCulture);
        _default = ReplyTemplate.Parse(setup.Snapshot.Get(DnsListParameters.DefaultRblReply), IsKnown, _allowed, out _fault);
        if (_default is null)
            setup.Faults.Add(new ConfigFault(FaultSeverity.Error, "main.cf", 0, DnsListParameters.DefaultRblReply.Name, _fault));
    }

    /// <summary>The refusal.</summary>
    /// <param name="request">What is decided about.</param>
    /// <param name="list">The list.</param>
    /// <param name="target">What it has, and what that is.</param>
    /// <param name="text">What it says about it.</param>
    /// <param name="cancel">Ends the search for the template.</param>
    public async ValueTask<Verdict> RefuseAsync(
        AccessRequest request, DnsList list, AccessTarget target, string text, CancellationToken cancel)
    {
        var found = await _templates.LookupAsync(list.Key, isPart: false, cancel);
        if (found.IsFailure) return Verdict.Unavailable(found.Failure!);
        var template = _default;
        if (found.Value is { } own && (template = ReplyTemplate.Parse(own, IsKnown, _allowed, out var fault)) is null)
        {
            request.Log.Warning($"{DnsListParameters.RblReplyMaps.Name}: bad rbl reply template for domain {list.Key}: {fault}");
            template = _default;
        }
        if (template is null) return Verdict.Misconfigured($"{DnsListParameters.DefaultRblReply.Name}: {_fault}");
        return ToVerdict(request, target, template.Expand(name => ValueOf(name, request, list, target, text)));
    }

    /// <summary>What is wrong with an entry of <c>rbl_reply_maps</c>; null for nothing.</summary>
    public static string? Fault(string template, RestrictionSetup setup) =>
        ReplyTemplate.Parse(template, IsKnown, setup.ExpansionFilter, out var fault) is null ? fault : null;

    private static bool IsKnown(string name) => OwnAttributes.Contains(name) || SessionAttributes.Has(name);

    private static Verdict ToVerdict(AccessRequest request, AccessTarget target, string reply)
    {
        if (reply is not [('4' or '5'), >= '0' and <= '9', >= '0' and <= '9', ' ', ..])
        {
            request.Log.Warning($"rbl response code configuration error: {reply}");
            return Verdict.Refuse(RestrictionSetup.Reply(FallbackCode, "4.7.1", FallbackText));
        }
        var status = EnhancedText.Split(reply[3..].TrimStart(), out var rest) ?? "4.7.1";
        return Verdict.Refuse(RestrictionSetup.Reply(int.Parse(reply.AsSpan(0, 3), CultureInfo.InvariantCulture),
            EnhancedText.Fit(status, target.Class), rest.Length > 0 ? rest : FallbackText));
    }

    private string? ValueOf(string name, AccessRequest request, DnsList list, AccessTarget target, string text) => name switch
    {
        "rbl_code" => _code,
        "rbl_class" => target.Class,
        "rbl_what" => target.Name,
        "rbl_domain" => list.Domain,
        "rbl_txt" => text,
        "rbl_reason" => EnhancedText.Split(text, out var reason) is null ? text : reason,
        _ => SessionAttributes.Find(name, request, _snapshot),
    };
}
