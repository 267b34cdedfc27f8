namespace BulkRelay.Core.Observability;

/// <summary>Where the mail log goes.</summary>
public static class MailLogFile
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <summary>True for a path that stands for standard output.</summary>
    public static bool IsStandardOutput(string path) => path is "" or "/dev/stdout";

    /// <summary>Opens <paramref name="path"/> for appending, made 0640 if it is new; standard output for an empty path or <c>/dev/stdout</c>.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be opened.</exception>
    public static Stream Open(string path) => IsStandardOutput(path)
        ? Console.OpenStandardOutput()
        : new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = Mode,
        });
}
