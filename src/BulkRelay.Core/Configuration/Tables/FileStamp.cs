namespace BulkRelay.Core.Configuration.Tables;

/// <summary>By what a changed file is told from an unchanged one.</summary>
internal readonly record struct FileStamp(DateTime Modified, long Length)
{
    /// <summary>The stamp of a file; the default value if there is none.</summary>
    public static FileStamp Of(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return file.Exists ? new FileStamp(file.LastWriteTimeUtc, file.Length) : default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return default;
        }
    }
}
