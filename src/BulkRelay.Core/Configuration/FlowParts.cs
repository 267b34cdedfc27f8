namespace BulkRelay.Core.Configuration;

/// <summary>What a flow is made of: one rule of <c>flow_key</c>.</summary>
[Flags]
public enum FlowParts
{
    None = 0,

    /// <summary>The campaign header.</summary>
    Campaign = 1,

    /// <summary>The SASL login.</summary>
    Login = 2,

    /// <summary>The client's address.</summary>
    Client = 4,

    /// <summary>The sender's address, without what changes from message to message.</summary>
    Sender = 8,
}
