using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace BulkRelay.Core.Configuration;

/// <summary>Replaces a file in one step: readers and a power cut see the old content or the new one, never a part.</summary>
public static partial class AtomicFile
{
    /// <summary>The ending of the temporary file beside the original.</summary>
    public const string Suffix = ".tmp";

    private const int OpenReadOnly = 0;
    private const int LockExclusive = 2;

    /// <summary>
    /// Reads the file, writes what <paramref name="edit"/> makes of its text beside it, syncs it, and renames it into place. Mode and
    /// owner stay; a symbolic link stays a link. Editors of files in one folder wait for each other, so none undoes another's work.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read or replaced; it is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not do that; the file is as it was.</exception>
    public static void Edit(string path, Func<string, string> edit)
    {
        path = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        var folder = Open(Path.GetDirectoryName(path)!, OpenReadOnly);
        if (folder < 0) throw new IOException($"cannot open the folder of {path}: {Marshal.GetLastPInvokeErrorMessage()}");
        try
        {
            if (Lock(folder, LockExclusive) != 0) throw new IOException($"cannot lock the folder of {path}: {Marshal.GetLastPInvokeErrorMessage()}");
            Replace(path, Encoding.Latin1.GetBytes(edit(Encoding.Latin1.GetString(File.ReadAllBytes(path)))));
            if (Sync(folder) != 0) throw new IOException($"cannot sync the folder of {path}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        finally
        {
            _ = Close(folder);
        }
    }

    /// <summary>
    /// Makes a file that only its owner can read, who is the owner of <paramref name="ownerOf"/>. Nothing happens if there is one already.
    /// </summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not do that.</exception>
    public static void CreatePrivate(string path, string ownerOf, string content)
    {
        if (File.Exists(path)) return;
        using var file = MakePrivate(path);
        CopyOwner(ownerOf, file.SafeFileHandle);
        file.Write(Encoding.UTF8.GetBytes(content));
        file.Flush(flushToDisk: true);
    }

    /// <summary>
    /// A text as <see cref="Edit"/> hands it to the editor: the bytes of the file, each as one character, so that bytes that are no UTF-8
    /// stay as they are.
    /// </summary>
    public static string ToFileText(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private static void Replace(string path, byte[] content)
    {
        var temporary = path + Suffix;
        // One that is there was left by an editor that was killed: others wait for the lock of the folder.
        File.Delete(temporary);
        try
        {
            using (var target = MakePrivate(temporary))
            {
                CopyOwner(path, target.SafeFileHandle);
                if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(target.SafeFileHandle, File.GetUnixFileMode(path));
                target.Write(content);
                target.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>
    /// A new file that nobody else can open; an exception if there is something of that name, be it a symbolic link, so that nothing is
    /// written where another user wants it.
    /// </summary>
    private static FileStream MakePrivate(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    private static void CopyOwner(string from, SafeFileHandle to)
    {
        if (FileOwner.Of(from) is { } owner && ChangeOwner(to, owner.User, owner.Group) != 0)
        {
            var error = Marshal.GetLastPInvokeErrorMessage();
            throw new UnauthorizedAccessException($"cannot keep the owner of {from}: {error}. Run this as the owner of the file, or as root.");
        }
    }

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int ChangeOwner(SafeFileHandle file, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
