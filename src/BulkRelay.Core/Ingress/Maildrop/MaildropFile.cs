using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace BulkRelay.Core.Ingress.Maildrop;

/// <summary>
/// A file that a user left in the maildrop folder. As users may put there what they like, it is looked at only through the handle with
/// which it was opened: a regular file, complete, without a second name.
/// </summary>
internal sealed partial class MaildropFile : IAsyncDisposable
{
    private const int ReadOnlyNoFollow = 0x20000 | 0x800 | 0x80000; // O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC on Linux
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const uint BasicStats = 0x7ff;
    private const uint TypeMask = 0xf000;
    private const uint RegularFile = 0x8000;
    private const uint OwnerMayExecute = 0x40;

    private readonly FileStream _stream;

    private MaildropFile(FileStream stream, int userId)
    {
        _stream = stream;
        UserId = userId;
        Text = Reader();
    }

    /// <summary>The owner of the file.</summary>
    public int UserId { get; }

    /// <summary>What it holds (<see cref="SubmissionText"/>).</summary>
    public PipeReader Text { get; private set; }

    /// <summary>Opens a file; null if it is no mail, or not yet.</summary>
    public static MaildropFile? TryOpen(string path)
    {
        var handle = Open(path, ReadOnlyNoFollow);
        // struct statx of linux/stat.h: number of names, user, and mode are at bytes 16, 20 and 28 on every architecture.
        Span<uint> stat = stackalloc uint[64];
        if (handle.IsInvalid || StatX(handle, "", EmptyPath, BasicStats, ref MemoryMarshal.GetReference(stat)) != 0 || !IsMail(stat))
        {
            handle.Dispose();
            return null;
        }
        return new MaildropFile(new FileStream(handle, FileAccess.Read), (int)stat[5]);
    }

    /// <summary>Lets <see cref="Text"/> begin from the start again.</summary>
    public async ValueTask RewindAsync()
    {
        await Text.CompleteAsync();
        _stream.Position = 0;
        Text = Reader();
    }

    public async ValueTask DisposeAsync()
    {
        await Text.CompleteAsync();
        await _stream.DisposeAsync();
    }

    private PipeReader Reader() => PipeReader.Create(_stream, new StreamPipeReaderOptions(leaveOpen: true));

    private static bool IsMail(ReadOnlySpan<uint> stat)
    {
        var mode = stat[7] & 0xffff;
        return stat[4] == 1 && (mode & TypeMask) == RegularFile && (mode & OwnerMayExecute) != 0;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(SafeFileHandle folder, string path, int flags, uint mask, ref uint buffer);
}
