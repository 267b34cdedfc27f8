using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Sasl;

/// <summary>A user of this machine with a password, gone when the test is.</summary>
internal sealed class SystemUser : IAsyncDisposable
{
    private SystemUser(string name) => Name = name;

    public string Name { get; }

    /// <summary>Makes one.</summary>
    public static async Task<SystemUser> CreateAsync(string password)
    {
        var user = new SystemUser($"br{Guid.NewGuid().ToString("N")[..12]}");
        (await Tool.RunAsync("useradd", ["-M", "-N", user.Name])).Succeeded();
        (await Tool.RunAsync("chpasswd", [], $"{user.Name}:{password}\n")).Succeeded();
        return user;
    }

    public async ValueTask DisposeAsync() => (await Tool.RunAsync("userdel", [Name])).Succeeded();
}
