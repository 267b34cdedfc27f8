namespace BulkRelay.Core.Ingress.Proxying;

/// <summary>Where a message came from before the client that hands it over, as that one says (XFORWARD). For log and queue, not for decisions.</summary>
internal sealed class ForwardedClient
{
    public string Name { get; set; } = Client.UnknownName;

    /// <summary>The address, or <c>unknown</c>.</summary>
    public string Address { get; set; } = Client.UnknownName;

    public string Protocol { get; set; } = Client.UnknownName;

    /// <summary>Empty if it is not known.</summary>
    public string HeloName { get; set; } = "";

    /// <summary>The message's name there; empty if it is not known.</summary>
    public string Ident { get; set; } = "";

    /// <summary>Whether it arose there; null if that was not said.</summary>
    public bool? IsLocal { get; set; }

    /// <summary>What stands behind <c>client=</c> in the log: <c>, orig_queue_id=ABC, orig_client=name[address]</c>.</summary>
    public override string ToString()
    {
        var ident = Ident.Length > 0 ? $", orig_queue_id={Ident}" : "";
        if (Address != Client.UnknownName) return $"{ident}, orig_client={Name}[{Address}]";
        return Name != Client.UnknownName ? $"{ident}, orig_client={Name}" : ident;
    }
}
