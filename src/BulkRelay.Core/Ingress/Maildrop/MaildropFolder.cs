using System.Security.Cryptography;

namespace BulkRelay.Core.Ingress.Maildrop;

/// <summary>
/// The folder in which programs of this machine leave mail while the relay is down (Postfix: maildrop). Everybody may put files there,
/// nobody but the relay may list them or remove those of others; the owner of a file is the user who sends. A file is complete, and not
/// touched before, once its owner may execute it.
/// </summary>
/// <param name="queueDirectory">The full path of <c>queue_directory</c>.</param>
public sealed class MaildropFolder(string queueDirectory)
{
    private const UnixFileMode OwnerAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode AnyoneMayPut = UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>The relay may run as a user of its own. Nobody else can know the name of the file.</summary>
    private const UnixFileMode Complete = OwnerAll | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _path = Path.Combine(queueDirectory, "maildrop");

    /// <summary>The files that are there, complete or not.</summary>
    public IEnumerable<string> Files => Directory.Exists(_path) ? Directory.EnumerateFiles(_path) : [];

    /// <summary>The full path of the folder for files of which nobody but the operator can make anything.</summary>
    public string CorruptPath { get; } = Path.Combine(queueDirectory, "corrupt");

    /// <summary>How many files were put aside and are still there.</summary>
    public int CountCorrupt() => Directory.Exists(CorruptPath) ? Directory.EnumerateFiles(CorruptPath).Count() : 0;

    /// <summary>Makes the folder if it is not there, and lets users through to it.</summary>
    public void Create()
    {
        Directory.CreateDirectory(queueDirectory, OwnerAll | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        if (Directory.Exists(_path)) return;
        Directory.CreateDirectory(_path, OwnerAll);
        File.SetUnixFileMode(_path, OwnerAll | AnyoneMayPut | UnixFileMode.StickyBit);
    }

    /// <summary>Leaves a message there. When it returns, the message is on disk and the relay will find it.</summary>
    /// <exception cref="IOException">It cannot be kept.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is missing or shut.</exception>
    public async Task AddAsync(Submission submission, Stream message, CancellationToken cancel)
    {
        var path = Path.Combine(_path, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            await using var file = new FileStream(path, options);
            await SubmissionText.WriteAsync(file, submission, message, cancel);
            file.Flush(flushToDisk: true);
            File.SetUnixFileMode(file.SafeFileHandle, Complete);
            file.Flush(flushToDisk: true);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Puts a file aside that can never be sent nor returned, for the operator to look at.</summary>
    public void PutAside(string file)
    {
        Directory.CreateDirectory(CorruptPath, OwnerAll);
        File.Move(file, Path.Combine(CorruptPath, Path.GetFileName(file)), overwrite: true);
    }
}
