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

    private readonly RestrictionSetup _setup;
    private readonly LookupTableList _maps;
    private readonly List<ReplyTemplate> _footer;
    private readonly bool _joins;
    private readonly bool _isSoft;

    private ErrorReplies(RestrictionSetup setup)
    {
        _setup = setup;
        _maps = setup.Tables(SmtpdParameters.RejectFooterMaps);
        _isSoft = setup.Snapshot.Get(QueueParameters.SoftBounce);
        _footer = Read(setup.Snapshot.Get(SmtpdParameters.RejectFooter), out _joins, out var fault) ?? [];
        if (fault.Length > 0) setup.AddFault(SmtpdParameters.RejectFooter.Name, fault);
    }

    /// <summary>For a configuration; null if it leaves replies as they are.</summary>
    public static ErrorReplies? For(RestrictionSetup setup)
    {
        var replies = new ErrorReplies(setup);
        return replies._isSoft || replies._footer.Count > 0 || !replies._maps.IsEmpty ? replies : null;
    }

    /// <summary>The reply as it goes out.</summary>
    public async ValueTask<Reply> FinishAsync(Reply reply, AccessRequest request, CancellationToken cancel)
    {
        reply = await WithFooterAsync(reply, request, cancel);
        return _isSoft ? reply.ToTransient() : reply;
    }

    private async ValueTask<Reply> WithFooterAsync(Reply reply, AccessRequest request, CancellationToken cancel)
    {
        if (_maps.IsEmpty) return Add(reply, _footer, _joins, request);
        var found = await _maps.LookupAsync(reply.Text, isPart: false, cancel);
        if (found.IsFailure) request.Log.Warning($"{SmtpdParameters.RejectFooterMaps.Name}: {found.Failure}");
        if (found.Value is not { } text) return Add(reply, _footer, _joins, request);
        if (Read(text, out var joins, out var fault) is { } footer) return Add(reply, footer, joins, request);
        request.Log.Warning($"{SmtpdParameters.RejectFooterMaps.Name}: '{text}': {fault}");
        return Add(reply, _footer, _joins, request);
    }

    /// <summary>What is wrong with a footer; null for nothing.</summary>
    public string? Fault(string footer) => Read(footer, out _, out var fault) is null ? fault : null;

    /// <summary>The lines of a footer. Null if one of them is malformed.</summary>
    private List<ReplyTemplate>? Read(string footer, out bool joins, out string fault)
    {
        var lines = new List<ReplyTemplate>();
        fault = "";
        joins = footer.StartsWith(SameLine, StringComparison.Ordinal);
        if (footer.Length == 0) return lines;
        foreach (var part in (joins ? footer[SameLine.Length..] : footer).Split(LineBreak))
        {
            if (ReplyTemplate.Parse(part, SessionAttributes.Has, _setup.ExpansionFilter, out fault) is not { } line) return null;
            lines.Add(line);
        }
        return lines;
    }

    private Reply Add(Reply reply, List<ReplyTemplate> footer, bool joins, AccessRequest request)
    {
        if (footer.Count == 0) return reply;
        var lines = new List<string>(reply.Lines());
        var status = EnhancedText.Split(lines[0], out _) is { } given ? $"{given} " : "";
        foreach (var line in footer)
        {
            var text = line.Expand(name => SessionAttributes.Find(name, request, _setup.Snapshot));
            if (joins) lines[^1] += text;
            else lines.Add(status + text);
            joins = false;
        }
        return Reply.MultiLine(reply.Code, lines);
    }
}
