using System.Globalization;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Server.Applets;

/// <summary>A freeze in words.</summary>
internal static class FreezeText
{
    /// <summary><c>transport smtp, until 2026-11-21 18:00:00: reason</c>.</summary>
    public static string Of(QueueFreeze freeze) =>
        $"{NameOf(freeze.Scope, freeze.Name)}{(freeze.Until is { } until ? $", until {until.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}" : "")}: {freeze.Reason}";

    /// <summary><c>transport smtp</c>.</summary>
    public static string NameOf(FreezeScope scope, string name) => scope == FreezeScope.All ? "all mail" : $"{scope.ToString().ToLowerInvariant()} {name}";
}
