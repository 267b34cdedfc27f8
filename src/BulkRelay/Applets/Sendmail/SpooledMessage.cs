namespace BulkRelay.Server.Applets.Sendmail;

/// <summary>
/// The message on standard input, kept so that it can be read more than once: in memory while it is small, then in a file without a name.
/// </summary>
/// <param name="limit">The most octets it may have, 0 for any number.</param>
internal sealed class SpooledMessage(long limit) : IAsyncDisposable
{
    private const int MemoryLimit = 1 << 20;
    private const int BufferSize = 64 * 1024;

    private Stream _kept = new MemoryStream();

    /// <summary>True if it has more octets than allowed; what it has is not all then.</summary>
    public bool IsTooBig => limit > 0 && _kept.Length > limit;

    /// <summary>Reads until the input ends, or until a line that is only a dot if that is to end it.</summary>
    public async Task ReadAsync(Stream input, bool endsAtDot)
    {
        var end = default(DotLine);
        var buffer = new byte[BufferSize];
        int count;
        while (!IsTooBig && (count = await input.ReadAsync(buffer)) > 0)
        {
            var taken = endsAtDot ? end.Scan(buffer.AsSpan(0, count)) : count;
            Write(buffer.AsSpan(0, taken));
            if (end.IsFound) break;
        }
        if (endsAtDot && (end.IsFound || end.IsPending)) _kept.SetLength(_kept.Length - end.DotLength);
    }

    /// <summary>Puts octets at the end.</summary>
    public void Write(ReadOnlySpan<byte> octets)
    {
        if (_kept is MemoryStream memory && memory.Length + octets.Length > MemoryLimit) MoveToFile(memory);
        _kept.Write(octets);
    }

    /// <summary>The message from its beginning: always the same stream, which is not to be closed.</summary>
    public Stream Open()
    {
        _kept.Position = 0;
        return _kept;
    }

    public ValueTask DisposeAsync() => _kept.DisposeAsync();

    private void MoveToFile(MemoryStream memory)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        var file = new FileStream(path, options);
        memory.WriteTo(file);
        _kept = file;
    }
}
