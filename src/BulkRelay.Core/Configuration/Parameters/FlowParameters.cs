namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>Fair shares: what belongs together, and what goes first, among the mail for one destination.</summary>
public static class FlowParameters
{
    public static readonly ParameterGroup Group = new("Fair shares");

    public static readonly Parameter<IReadOnlyList<FlowParts>> FlowKey = Group.Custom("flow_key", "campaign, login+sender, client+sender",
        "What makes messages one flow; the flows of a destination share it fairly, recipient by recipient. A list of rules, of which the first "
        + "applies whose parts a message has: campaign (the first header of flow_campaign_headers), login (SASL), client (address), sender "
        + "(address without what follows a plus, an equals sign or a digit in its local part), or several joined by a plus sign. A message with "
        + "more than 50 recipients is always a flow of its own.", FlowKeyRules.Parse, "campaign, login, client, sender", own: true);

    public static readonly Parameter<IReadOnlyList<string>> CampaignHeaders = Group.List("flow_campaign_headers",
        "X-Campaign-ID, X-Campaign, Feedback-ID, List-ID",
        "The headers that name a campaign: the first one that a message has counts.", own: true);

    public static readonly Parameter<string> PriorityHeader = Group.Text("flow_priority_header", "MT-Priority",
        "The header with a number from -9 to 9 (RFC 6758) by which the clients of flow_priority_clients say how urgent a message is: over 0 is "
        + "high priority, below 0 bulk. Without it, mail with a campaign header, with List-Unsubscribe: or with Precedence: bulk, list or junk is "
        + "bulk, and other mail normal. Of the recipients of a destination 16 of high, 4 of normal and 1 of bulk priority are sent in turn.", own: true);

    public static readonly Parameter<string> PriorityClients = Group.Text("flow_priority_clients", "permit_mynetworks",
        "The clients whose flow_priority_header is obeyed: a list of restrictions that permit.", own: true);
}
