using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Ingress.Access;
using BulkRelay.Core.Ingress.Restrictions;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// What is done to every 4xx and 5xx reply before it goes out: <c>smtpd_reject_footer</c> and <c>smtpd_reject_footer_maps</c> are added,
/// and with <c>soft_bounce</c> 5xx becomes 4xx. The footer is for the client, it is not logged.
/// </summary>
internal sealed class ErrorReplies
{
    private const string LineBreak = "\\n";
    private const string SameLine = "\\c";

    private readonly LookupTableList _maps;
    private readonly string _footer;
    private readonly string _allowed;
    private readonly string _hostname;
    private readonly bool _isSoft;

    private ErrorReplies(RestrictionSetup setup)
    {
        var snapshot = setup.Snapshot;
        _maps = setup.Tables(SmtpdParameters.RejectFooterMaps);
        _footer = snapshot.Get(SmtpdParameters.RejectFooter);
        _allowed = ExpansionFilter.Decode(snapshot.Get(SmtpdParameters.ExpansionFilter));
        _hostname = snapshot.Get(MainParameters.MyHostname);
        _isSoft = snapshot.Get(QueueParameters.SoftBounce);
        if (AttributeText.TryCreate(_footer, out var fault) is null) setup.AddFault(SmtpdParameters.RejectFooter.Name, fault!);
    }

    /// <summary>For a configuration; null if it leaves replies as they are.</summary>
    public static ErrorReplies? For(RestrictionSetup setup)
    {
        var replies = new ErrorReplies(setup);
        return replies._isSoft || replies._footer.Length > 0 || !replies._maps.IsEmpty ? replies : null;
    }

    /// <summary>The reply as it goes out.</summary>
    public async ValueTask<Reply> FinishAsync(Reply reply, AccessRequest request, CancellationToken cancel)
    {
        var footer = await FooterAsync(reply, request, cancel);
        if (footer.Length > 0) reply = WithFooter(reply, footer, new SessionAttributes(request, _hostname));
        return _isSoft ? reply.ToTransient() : reply;
    }

    private async ValueTask<string> FooterAsync(Reply reply, AccessRequest request, CancellationToken cancel)
    {
        if (_maps.IsEmpty) return _footer;
        var found = await _maps.LookupAsync(reply.Text, isPart: false, cancel);
        if (found.IsFailure) request.Log.Warning($"{SmtpdParameters.RejectFooterMaps.Name}: {found.Failure}");
        if (found.Value is not { } footer) return _footer;
        if (AttributeText.TryCreate(footer, out var fault) is not null) return footer;
        request.Log.Warning($"{SmtpdParameters.RejectFooterMaps.Name}: '{footer}': {fault}");
        return _footer;
    }

    private Reply WithFooter(Reply reply, string footer, SessionAttributes attributes)
    {
        var lines = new List<string>(reply.Lines());
        var status = EnhancedText.Split(lines[0], out _) is { } given ? $"{given} " : "";
        var joins = footer.StartsWith(SameLine, StringComparison.Ordinal);
        foreach (var part in (joins ? footer[SameLine.Length..] : footer).Split(LineBreak))
        {
            var text = AttributeText.TryCreate(part, out _)?.Expand(attributes.Find, _allowed) ?? "";
            if (joins) lines[^1] += text;
            else lines.Add(status + text);
            joins = false;
        }
        return Reply.MultiLine(reply.Code, lines);
    }
}
