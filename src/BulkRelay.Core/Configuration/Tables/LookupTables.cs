using System.Collections.Frozen;

namespace BulkRelay.Core.Configuration.Tables;

/// <summary>
/// The types of lookup tables: one row each. The indexed types of Postfix (<c>hash</c>, <c>btree</c>, <c>lmdb</c>, <c>cdb</c>, <c>dbm</c>)
/// are read from the text from which <c>postmap</c> would build the index, as <c>texthash</c> is.
/// </summary>
public static class LookupTables
{
    private static readonly FrozenDictionary<string, LookupTableType> Types = new LookupTableType[]
    {
        new("btree", TextTable.Open),
        new("cdb", TextTable.Open),
        new("cidr", CidrTable.Open),
        new("dbm", TextTable.Open),
        new("fail", FailTable.Open),
        new("hash", TextTable.Open),
        new("inline", InlineTable.Open),
        new("lmdb", TextTable.Open),
        new("pcre", RegexTable.OpenPcre),
        new("pipemap", PipeTable.Open),
        new("proxy", ProxyTable.Open),
        new("randmap", RandomTable.Open),
        new("regexp", RegexTable.OpenPosix),
        new("static", StaticTable.Open),
        new("texthash", TextTable.Open),
        new("unionmap", UnionTable.Open),
        new("unix", UnixTable.Open),
    }.ToFrozenDictionary(t => t.Name);

    /// <summary>The names of all types, in alphabetic order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Types.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The type of that name, or null.</summary>
    public static LookupTableType? Find(string name) => Types.GetValueOrDefault(name);
}
