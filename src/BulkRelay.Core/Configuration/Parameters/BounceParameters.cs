namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>Reports to the sender.</summary>
public static class BounceParameters
{
    public static readonly ParameterGroup Group = new("Reports");

    public static readonly Parameter<int> BounceSizeLimit = Group.Int("bounce_size_limit", "50000",
        "The most octets of the original message in a report. Of a longer one only the header is returned.", min: 1, unit: "bytes");
}
