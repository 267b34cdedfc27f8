namespace BulkRelay.Tests.Fuzz;

/// <summary>A parser that reads what strangers, or operators in a hurry, write.</summary>
/// <param name="Name">Its name, which is also that of its folder in <c>regressions</c>.</param>
/// <param name="Words">What its inputs are made of: whole inputs first, then words that mean something to it.</param>
/// <param name="Run">Parses an input. Throws if the parser does, or if what it promises does not hold.</param>
public sealed record FuzzTarget(string Name, IReadOnlyList<string> Words, Action<byte[]> Run)
{
    public override string ToString() => Name;
}
