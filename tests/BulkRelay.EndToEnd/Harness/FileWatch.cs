namespace BulkRelay.EndToEnd.Harness;

/// <summary>Waits for what other programs do to a file: the system tells when it comes or changes.</summary>
internal static class FileWatch
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Completes as soon as the condition holds, which is asked now and whenever something happens to the file.</summary>
    /// <param name="path">The file; its folder has to be there.</param>
    /// <param name="holds">The condition.</param>
    /// <param name="describe">What to say if it does not hold in time.</param>
    public static async Task UntilAsync(string path, Func<bool> holds, Func<string> describe)
    {
        using var changed = new SemaphoreSlim(0);
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!, Path.GetFileName(path))
        {
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size,
        };
        watcher.Created += (_, _) => changed.Release();
        watcher.Changed += (_, _) => changed.Release();
        watcher.Renamed += (_, _) => changed.Release();
        watcher.EnableRaisingEvents = true;
        // Asked after the watch has begun: nothing can happen between the two unseen.
        while (!holds())
            if (!await changed.WaitAsync(Patience)) throw new TimeoutException(describe());
    }
}
