namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>A column of texts.</summary>
internal sealed class TextColumn(List<string> values)
{
    /// <exception cref="FormatException">PostgreSQL cannot hold this text.</exception>
    public void Add(string text)
    {
        // Here and not in the driver, which would give up the connection over it.
        if (!StoredText.CanHold(text)) throw new FormatException("a text holds NUL or half a surrogate pair, which PostgreSQL cannot store");
        values.Add(text);
    }
}
