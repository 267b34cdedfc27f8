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
    private const int ReadOnly = 0x800 | 0x80000; // O_NONBLOCK | O_CLOEXEC on Linux
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
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
    /// <remarks>
    /// The flag of open(2) by which symbolic links are not followed has another value on each architecture. So the name is looked at
    /// first, and what was opened has to be the same file.
    /// </remarks>
    public static MaildropFile? TryOpen(string path)
    {
        // struct statx of linux/stat.h is the same on every architecture: number of names, user and mode are at bytes 16, 20 and 28.
        Span<uint> named = stackalloc uint[64];
        Span<uint> opened = stackalloc uint[64];
        if (StatX(CurrentFolder, path, NoFollow, BasicStats, ref MemoryMarshal.GetReference(named)) != 0 || !IsMail(named)) return null;
        var handle = Open(path, ReadOnly);
        if (handle.IsInvalid || StatX(handle, "", EmptyPath, BasicStats, ref MemoryMarshal.GetReference(opened)) != 0
            || !IsMail(opened) || !IsSame(named, opened))
        {
            handle.Dispose();
            return null;
        }
        return new MaildropFile(new FileStream(handle, FileAccess.Read), (int)opened[5]);
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

    /// <summary>The number of the file is at byte 32, its device at byte 136; each has eight octets.</summary>
    private static bool IsSame(ReadOnlySpan<uint> one, ReadOnlySpan<uint> other) =>
        one.Slice(8, 2).SequenceEqual(other.Slice(8, 2)) && one.Slice(34, 2).SequenceEqual(other.Slice(34, 2));

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(SafeFileHandle folder, string path, int flags, uint mask, ref uint buffer);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(int folder, string path, int flags, uint mask, ref uint buffer);
}
