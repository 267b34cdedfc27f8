using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>
/// <c>queue.lock</c> beside the database: the one process that may write the queue holds it (flock(2)) as long as it lives, so a crash
/// frees it. It holds that process's id, for whoever finds it locked. The file is opened by system call, because .NET's own locking of
/// files would keep others from reading the id and can be switched off by an environment variable.
/// </summary>
internal sealed partial class QueueLock : IDisposable
{
    private const int OpenOrCreate = 0x2 | 0x40 | 0x80000; // O_RDWR | O_CREAT | O_CLOEXEC on Linux
    private const int OwnerOnly = 0x180; // 0600
    private const int ExclusiveWithoutWaiting = 2 | 4; // LOCK_EX | LOCK_NB

    private readonly string _directory;
    private SafeFileHandle _handle;

    private QueueLock(string directory)
    {
        _directory = directory;
        _handle = Lock(directory);
    }

    /// <summary>Takes the lock.</summary>
    /// <exception cref="QueueStoreException">Another process has it (the message names it), or the folder is not writable.</exception>
    public static QueueLock Take(string directory) => new(directory);

    /// <summary>
    /// Makes sure of the lock after a failure: its file may have been removed, and then another process may hold a new one.
    /// </summary>
    /// <exception cref="QueueStoreException">As for <see cref="Take"/>.</exception>
    public void TakeAnew()
    {
        _handle.Dispose();
        _handle = Lock(_directory);
    }

    public void Dispose() => _handle.Dispose();

    private static SafeFileHandle Lock(string directory)
    {
        var path = Path.Combine(directory, "queue.lock");
        var handle = Open(path, OpenOrCreate, OwnerOnly);
        if (handle.IsInvalid) throw new QueueStoreException($"cannot open {path}: {Marshal.GetLastPInvokeErrorMessage()}");
        if (Flock(handle, ExclusiveWithoutWaiting) != 0)
        {
            var owner = ReadOwner(handle);
            handle.Dispose();
            throw new QueueStoreException($"{directory} is in use by process {owner}: stop that one first, or set another queue_directory");
        }
        RandomAccess.SetLength(handle, 0);
        RandomAccess.Write(handle, Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)), 0);
        return handle;
    }

    private static string ReadOwner(SafeFileHandle handle)
    {
        var text = new byte[20];
        var length = RandomAccess.Read(handle, text, 0);
        return length > 0 ? Encoding.ASCII.GetString(text, 0, length) : "(unknown)";
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Flock(SafeFileHandle file, int operation);
}
