namespace BulkRelay.Core.Configuration.Tables;

/// <summary><c>proxy:type:name</c>: in Postfix a table that another process reads; here simply the table that it names.</summary>
public static class ProxyTable
{
    internal static ILookupTable Open(TableOpening opening) => opening.Part(opening.Argument);
}
