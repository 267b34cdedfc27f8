using System.Runtime.InteropServices;
using SQLitePCL;

namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>
/// Binds SQLite to the system's <c>libsqlite3.so.0</c>, which the distribution patches; the relay ships no native code of its own.
/// Debian names the package <c>libsqlite3-0</c>.
/// </summary>
internal static class SqliteLibrary
{
    private const string SystemLibrary = "libsqlite3.so.0";

    private static readonly Lazy<bool> Bound = new(Bind);

    /// <summary>Makes the library ready; every call after the first costs nothing.</summary>
    /// <exception cref="QueueStoreException">The library is not installed.</exception>
    public static void EnsureBound() => _ = Bound.Value;

    private static bool Bind()
    {
        if (!NativeLibrary.TryLoad(SystemLibrary, out var library))
            throw new QueueStoreException(
                $"{SystemLibrary} is not installed: the queue store needs SQLite (Debian: apt-get install libsqlite3-0)");
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, (name, _, _) => name == "e_sqlite3" ? library : 0);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return true;
    }
}
