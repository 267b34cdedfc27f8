using BulkRelay.Tests.Contracts;

namespace BulkRelay.Tests.Configuration.Tables;

public sealed class HashTableContract : LookupTableContract
{
    protected override string TableName => $"hash:{Folder.Write("t", "known.example value of it")}";

    protected override string? KnownKey => "known.example";
}

public sealed class BtreeTableContract : LookupTableContract
{
    protected override string TableName => $"btree:{Folder.Write("t", "known.example value of it")}";

    protected override string? KnownKey => "known.example";
}

public sealed class LmdbTableContract : LookupTableContract
{
    protected override string TableName => $"lmdb:{Folder.Write("t", "known.example value of it")}";

    protected override string? KnownKey => "known.example";
}

public sealed class CdbTableContract : LookupTableContract
{
    protected override string TableName => $"cdb:{Folder.Write("t", "known.example value of it")}";

    protected override string? KnownKey => "known.example";
}

public sealed class DbmTableContract : LookupTableContract
{
    protected override string TableName => $"dbm:{Folder.Write("t", "known.example value of it")}";

    protected override string? KnownKey => "known.example";
}

public sealed class TexthashTableContract : LookupTableContract
{
    protected override string TableName => $"texthash:{Folder.Write("t", "known.example value of it")}";

    protected override string? KnownKey => "known.example";
}

public sealed class InlineTableContract : LookupTableContract
{
    protected override string TableName => "inline:{{known.example = value of it}}";

    protected override string? KnownKey => "known.example";
}

public sealed class StaticTableContract : LookupTableContract
{
    protected override string TableName => "static:{value of it}";

    protected override string? KnownKey => "any";

    protected override string? UnknownKey => null;
}

public sealed class FailTableContract : LookupTableContract
{
    protected override string TableName => "fail:now";

    protected override string? KnownKey => null;
}

public sealed class RegexpTableContract : LookupTableContract
{
    protected override string TableName => "regexp:{{/^known/ value of it}}";

    protected override string? KnownKey => "known.example";
}

public sealed class PcreTableContract : LookupTableContract
{
    protected override string TableName => "pcre:{{/^known/ value of it}}";

    protected override string? KnownKey => "known.example";
}

public sealed class CidrTableContract : LookupTableContract
{
    protected override string TableName => "cidr:{{192.0.2.0/24 value of it}}";

    protected override string? KnownKey => "192.0.2.1";
}

public sealed class UnionTableContract : LookupTableContract
{
    protected override string TableName => "unionmap:{inline:{a=b},inline:{{known.example = value of it}}}";

    protected override string? KnownKey => "known.example";
}

public sealed class PipeTableContract : LookupTableContract
{
    protected override string TableName => "pipemap:{inline:{known.example=b},inline:{{b = value of it}}}";

    protected override string? KnownKey => "known.example";
}

public sealed class RandomTableContract : LookupTableContract
{
    protected override string TableName => "randmap:{value}";

    protected override string? KnownKey => "any";

    protected override string? UnknownKey => null;

    protected override string Value => "value";
}
