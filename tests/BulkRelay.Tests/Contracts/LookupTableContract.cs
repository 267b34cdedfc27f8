using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Tests.Configuration.Tables;

namespace BulkRelay.Tests.Contracts;

/// <summary>What every type of lookup table promises. One subclass a type.</summary>
public abstract class LookupTableContract : TableFixture
{
    /// <summary>The name of a table of the type.</summary>
    protected abstract string TableName { get; }

    /// <summary>A key that the table knows; null if it knows none.</summary>
    protected abstract string? KnownKey { get; }

    /// <summary>A key that the table does not know; null if it knows all.</summary>
    protected virtual string? UnknownKey => "unknown.example";

    protected virtual string Value => "value of it";

    [Fact]
    public void It_is_opened_without_a_fault_and_known_by_its_name()
    {
        Set.Open(TableName).Name.ShouldBe(TableName);
        Set.Faults.ShouldBeEmpty();
    }

    [Fact]
    public void A_known_key_has_its_value()
    {
        if (KnownKey is { } key) Ask(TableName, key).Value.ShouldBe(Value);
        else Ask(TableName, "any").IsFailure.ShouldBeTrue();
    }

    [Fact]
    public void An_unknown_key_is_not_found_and_that_is_no_failure()
    {
        var found = Ask(TableName, UnknownKey ?? "any");
        found.IsFound.ShouldBe(UnknownKey is null && KnownKey is not null);
        found.IsFailure.ShouldBe(KnownKey is null);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\0\r\n\x1b[2J")]
    [InlineData("$1 ${1} %s ';--")]
    [InlineData("\ud800 lone surrogate")]
    public void Strange_keys_are_answered_like_others(string key)
    {
        var found = Ask(TableName, key);
        if (KnownKey is not null) found.IsFailure.ShouldBeFalse();
    }

    [Fact]
    public void A_very_long_key_is_answered() => Ask(TableName, new string('x', 1_000_000)).IsFailure.ShouldBe(KnownKey is null);

    [Fact]
    public void Many_threads_may_ask_at_once()
    {
        var table = Set.Open(TableName);
        var expected = Ask(table, KnownKey ?? "any");
        Parallel.For(0, 2000, _ => Ask(table, KnownKey ?? "any").ShouldBe(expected));
    }

    [Fact]
    public void A_name_without_an_argument_is_refused()
    {
        var table = Set.Open(TableName[..(TableName.IndexOf(':', StringComparison.Ordinal) + 1)]);
        Ask(table, "x").IsFailure.ShouldBeTrue();
        Set.Faults.ShouldNotBeEmpty();
    }

    [Fact]
    public void A_name_of_nonsense_never_throws()
    {
        foreach (var nonsense in new[] { "{", "}", "{}", "{{}}", "{ }", "{{", "{,}", "\0", "/", "/\0", " ", "{{{{}}}}" })
            Ask($"{TableName[..TableName.IndexOf(':', StringComparison.Ordinal)]}:{nonsense}", "x").ShouldNotBe(LookupResult.Found("never"));
    }
}
