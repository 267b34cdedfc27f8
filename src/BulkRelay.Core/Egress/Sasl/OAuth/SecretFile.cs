namespace BulkRelay.Core.Egress.Sasl.OAuth;

/// <summary>A file whose first line is a secret.</summary>
internal static class SecretFile
{
    private const long MaxLength = 64 * 1024;

    /// <summary>The secret; empty if no file is named. Null, and what is wrong, if there is none.</summary>
    public static string? Read(string path, out string? fault)
    {
        fault = null;
        if (path.Length == 0) return "";
        try
        {
            if (new FileInfo(path).Length > MaxLength) fault = $"{path} is longer than {MaxLength} octets: it is no secret";
            else if (File.ReadLines(path).FirstOrDefault()?.Trim() is { Length: > 0 } secret) return secret;
            else fault = $"the first line of {path} is empty: it should be the secret";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            fault = $"cannot read {path}: {e.Message}";
        }
        return null;
    }

    /// <summary>What should be said of a file of secrets: null if all is well.</summary>
    public static string? Warning(string path)
    {
        try
        {
            return File.Exists(path) && (File.GetUnixFileMode(path) & UnixFileMode.OtherRead) != 0
                ? $"{path} holds secrets and can be read by everybody on this machine: chmod o-rwx {path}" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
