using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Faults;

/// <summary>
/// A small ext4 of its own whose power can be cut: the ioctl EXT4_IOC_SHUTDOWN with NOLOGFLUSH drops what is not on the disk yet.
/// What a drive keeps in its own cache is not modelled. Only root may mount.
/// </summary>
internal sealed class LoopDisk : IAsyncDisposable
{
    private const string Shutdown = """
        import fcntl, os, struct, sys
        fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack("I", 2))
        """;

    private readonly TempFolder _folder;
    private bool _isMounted;

    private LoopDisk(TempFolder folder) => _folder = folder;

    public string MountPoint => _folder.File("mnt");

    private string Image => _folder.File("disk.img");

    /// <summary>Makes an empty disk and mounts it.</summary>
    /// <param name="megabytes">Its size, with what the file system needs for itself.</param>
    public static async Task<LoopDisk> MakeAsync(int megabytes)
    {
        Environment.IsPrivilegedProcess.ShouldBeTrue("this test mounts a file system: run it as root");
        var disk = new LoopDisk(new TempFolder());
        Directory.CreateDirectory(disk.MountPoint);
        (await Tool.RunAsync("truncate", ["-s", $"{megabytes}M", disk.Image])).Succeeded();
        (await Tool.RunAsync("mkfs.ext4", ["-q", "-F", disk.Image])).Succeeded();
        await disk.RestorePowerAsync();
        return disk;
    }

    /// <summary>
    /// From now on nothing reaches the disk, and what has not reached it is lost. Nobody may be writing: a sync that this overtakes can succeed without
    /// effect, which a plain loop of write and fdatasync meets in one cut of twenty (Linux 6.18).
    /// </summary>
    public async Task CutPowerAsync() => (await Tool.RunAsync("python3", ["-c", Shutdown, MountPoint])).Succeeded();

    /// <summary>Mounts the disk (again), as a machine does that starts. No process may have a file open on it.</summary>
    public async Task RestorePowerAsync()
    {
        await UnmountAsync();
        (await Tool.RunAsync("mount", ["-o", "loop", Image, MountPoint])).Succeeded();
        _isMounted = true;
    }

    public async ValueTask DisposeAsync()
    {
        await UnmountAsync();
        _folder.Dispose();
    }

    private async Task UnmountAsync()
    {
        if (_isMounted) (await Tool.RunAsync("umount", [MountPoint])).Succeeded();
        _isMounted = false;
    }
}
