using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Egress.Sasl.OAuth;

/// <summary>
/// The refresh token of a login. Servers may give a new one with each access token, after which the old one is worth nothing; it is written
/// back to the file in one step. Where that cannot be done it is kept in memory, until the relay ends or somebody puts another into the file.
/// Used by one renewal at a time.
/// </summary>
internal sealed class RefreshTokenKeeper(string path, Action<string> warn)
{
    private string? _inFile;
    private string? _unsaved;

    /// <summary>The token to use; empty if the login has none. Null, and what is wrong, if it cannot be read.</summary>
    public string? Read(out string? fault)
    {
        if (SecretFile.Read(path, out fault) is not { } text) return _unsaved;
        if (text != _inFile) _unsaved = null;
        _inFile = text;
        return _unsaved ?? text;
    }

    /// <summary>Keeps the token that replaces the last one.</summary>
    public void Replace(string token)
    {
        if (path.Length == 0 || token == (_unsaved ?? _inFile)) return;
        _unsaved = token;
        try
        {
            AtomicFile.Edit(path, _ => AtomicFile.ToFileText(token) + "\n");
            (_inFile, _unsaved) = (token, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            warn($"the new refresh token cannot be stored in {path}: {e.Message}; it is used until the relay ends, and the one in the file may be worth nothing by then");
        }
    }
}
