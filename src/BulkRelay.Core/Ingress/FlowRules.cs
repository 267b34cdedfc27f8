using System.Buffers;
using System.Buffers.Text;
using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Ingress.Cleanup;
using BulkRelay.Core.Queue.Flows;
using Ascii = System.Text.Ascii;

namespace BulkRelay.Core.Ingress;

/// <summary>To which flow a message belongs, and with which priority (<see cref="FlowParameters"/>).</summary>
internal sealed class FlowRules
{
    /// <summary>Where the priority header stands among <see cref="HeaderPolicy.Noted"/>; the campaign headers come behind the others.</summary>
    public const int PriorityHeader = HeaderPolicy.MessageId + 1;

    private const int Precedence = PriorityHeader + 1;
    private const int ListUnsubscribe = Precedence + 1;
    private const int FirstCampaign = ListUnsubscribe + 1;

    /// <summary>A message with more recipients is a flow of its own.</summary>
    private const int LargeMessage = 50;

    /// <summary>The most of a campaign's name that tells campaigns apart.</summary>
    private const int MaxNameLength = 100;

    private static readonly SearchValues<char> Changing = SearchValues.Create("+=0123456789");

    private readonly IReadOnlyList<FlowParts> _rules;
    private readonly int _campaignHeaders;

    public FlowRules(ConfigSnapshot snapshot)
    {
        _rules = snapshot.Get(FlowParameters.FlowKey);
        _campaignHeaders = snapshot.Get(FlowParameters.CampaignHeaders).Count;
    }

    /// <summary>The headers that it reads, in the order of their places from <see cref="PriorityHeader"/> on.</summary>
    public static IEnumerable<string> Headers(ConfigSnapshot snapshot) =>
        [snapshot.Get(FlowParameters.PriorityHeader), "Precedence", "List-Unsubscribe",
            .. snapshot.Get(FlowParameters.CampaignHeaders).Select(name => name.TrimEnd(':'))];

    /// <summary>The flow, in words.</summary>
    public string FlowOf(Client client, Transaction transaction, MessageBuilder content)
    {
        var campaign = CampaignOf(content);
        var flow = "";
        foreach (var rule in _rules)
        {
            if (rule.HasFlag(FlowParts.Campaign) && campaign.IsEmpty) continue;
            if (rule.HasFlag(FlowParts.Login) && transaction.Sasl is null) continue;
            flow = Describe(rule, campaign, client, transaction);
            break;
        }
        return transaction.Recipients.Count > LargeMessage ? $"{flow} message {transaction.QueueId}".TrimStart() : flow;
    }

    /// <summary>The priority.</summary>
    /// <param name="content">The message, its head complete.</param>
    /// <param name="saysPriority">True if it has the priority header and its client may use it.</param>
    public FlowPriority PriorityOf(MessageBuilder content, bool saysPriority)
    {
        if (saysPriority && Utf8Parser.TryParse(content.Header(PriorityHeader), out int number, out _) && number != 0)
            return number > 0 ? FlowPriority.High : FlowPriority.Bulk;
        var isBulk = content.Head.Has(ListUnsubscribe) || !CampaignOf(content).IsEmpty || IsBulk(content.Header(Precedence));
        return isBulk ? FlowPriority.Bulk : FlowPriority.Normal;
    }

    private static bool IsBulk(ReadOnlySpan<byte> precedence) =>
        Ascii.EqualsIgnoreCase(precedence, "bulk"u8) || Ascii.EqualsIgnoreCase(precedence, "list"u8) || Ascii.EqualsIgnoreCase(precedence, "junk"u8);

    private ReadOnlySpan<byte> CampaignOf(MessageBuilder content)
    {
        for (var i = 0; i < _campaignHeaders; i++)
            if (content.Header(FirstCampaign + i) is { IsEmpty: false } name) return name;
        return default;
    }

    private static string Describe(FlowParts rule, ReadOnlySpan<byte> campaign, Client client, Transaction transaction)
    {
        var words = new StringBuilder();
        if (rule.HasFlag(FlowParts.Campaign)) words.Append(" campaign ").Append(Printable(campaign));
        if (rule.HasFlag(FlowParts.Login)) words.Append(" login ").Append(transaction.Sasl!.Login.ToLowerInvariant());
        if (rule.HasFlag(FlowParts.Client)) words.Append(" client ").Append(client.AddressText);
        if (rule.HasFlag(FlowParts.Sender)) words.Append(" sender ").Append(Lasting(transaction.Sender));
        return words.ToString(1, words.Length - 1);
    }

    private static string Printable(ReadOnlySpan<byte> name) =>
        string.Create(Math.Min(name.Length, MaxNameLength), name, static (text, octets) =>
        {
            for (var i = 0; i < text.Length; i++) text[i] = octets[i] is > (byte)' ' and < 127 ? (char)octets[i] : '_';
        });

    /// <summary>
    /// The address without what changes from message to message of one sender (VERP, BATV, numbers): its local part up to the first plus,
    /// equals sign or digit.
    /// </summary>
    private static string Lasting(string sender)
    {
        if (sender.Length == 0) return "<>";
        var at = sender.LastIndexOf('@');
        var local = at < 0 ? sender : sender[..at];
        var end = local.AsSpan().IndexOfAny(Changing);
        return (end > 0 ? string.Concat(local.AsSpan(0, end), sender.AsSpan(local.Length)) : sender).ToLowerInvariant();
    }
}
