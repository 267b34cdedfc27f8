using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Sasl;

/// <summary>Courier's authdaemond of this machine, which asks PAM; it has one socket only.</summary>
internal sealed class CourierAuth : IAsyncDisposable
{
    /// <summary>Its socket.</summary>
    public const string Path = "/var/run/courier/authdaemon/socket";

    private CourierAuth()
    {
    }

    /// <summary>Starts it.</summary>
    public static async Task<CourierAuth> StartAsync()
    {
        // The package leaves this folder to systemd.
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        (await Tool.RunAsync("timeout", ["30", "sh", "-c", "authdaemond start >/dev/null 2>&1 </dev/null"])).Succeeded();
        await FileWatch.UntilAsync(Path, () => File.Exists(Path), () => "authdaemond made no socket");
        return new CourierAuth();
    }

    public async ValueTask DisposeAsync() => await Tool.RunAsync("timeout", ["30", "sh", "-c", "authdaemond stop >/dev/null 2>&1 </dev/null"]);
}
