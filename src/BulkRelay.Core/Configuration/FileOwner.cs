using System.Runtime.InteropServices;

namespace BulkRelay.Core.Configuration;

/// <summary>Whose a file or folder is, by numbers.</summary>
public readonly partial record struct FileOwner(uint User, uint Group)
{
    private const int AtFdCwd = -100;
    private const uint StatxUidGid = 0x18;

    /// <summary>The owner of what a path names (links are followed); null if that cannot be told.</summary>
    public static FileOwner? Of(string path)
    {
        // struct statx of linux/stat.h: user and group are at bytes 20 and 24 on every architecture.
        Span<uint> stat = stackalloc uint[64];
        return StatX(AtFdCwd, path, 0, StatxUidGid, ref MemoryMarshal.GetReference(stat)) == 0 ? new FileOwner(stat[5], stat[6]) : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(int folder, string path, int flags, uint mask, ref uint buffer);
}
