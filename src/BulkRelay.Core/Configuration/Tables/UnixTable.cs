using System.Globalization;
using System.Runtime.InteropServices;

namespace BulkRelay.Core.Configuration.Tables;

/// <summary>
/// <c>unix:passwd.byname</c> and <c>unix:group.byname</c>: the users and the groups of this machine, from wherever it knows them
/// (nsswitch.conf(5)). The value is the line of passwd(5) or group(5). Keys are in lower case.
/// </summary>
public sealed partial class UnixTable : ILookupTable
{
    /// <summary>Room for what an entry points to. One that needs more than the last makes the look-up fail.</summary>
    private static readonly int[] Rooms = [1024, 16 * 1024, 1024 * 1024];

    /// <summary>errno(3): the room is too small.</summary>
    private const int RangeError = 34;

    /// <summary>errno(3): interrupted by a signal.</summary>
    private const int Interrupted = 4;

    /// <summary>errno(3): what getpwnam(3) may say of a name that does not exist, instead of success: EPERM, ENOENT, ESRCH, EBADF.</summary>
    private static readonly int[] NotThere = [1, 2, 3, 9];

    private static readonly Dictionary<string, Func<string, nint, int, (int Error, string? Value)>> Sources = new(StringComparer.Ordinal)
    {
        ["passwd.byname"] = FindUser,
        ["group.byname"] = FindGroup,
    };

    private readonly Func<string, nint, int, (int Error, string? Value)> _find;

    private UnixTable(string name, Func<string, nint, int, (int Error, string? Value)> find) => (Name, _find) = (name, find);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool MatchesPatterns => false;

    /// <inheritdoc/>
    public ValueTask<LookupResult> LookupAsync(string key, CancellationToken cancel)
    {
        if (key.Length == 0 || key.Contains('\0', StringComparison.Ordinal)) return new(LookupResult.NotFound);
        var (error, value) = (0, (string?)null);
        for (var i = 0; i < Rooms.Length && (i == 0 || error == RangeError); i++) (error, value) = Find(key.ToLowerInvariant(), Rooms[i]);
        if (value is not null) return new(LookupResult.Found(value));
        return new(error == 0 || NotThere.Contains(error) ? LookupResult.NotFound
            : LookupResult.Unavailable($"table {Name}: {Marshal.GetPInvokeErrorMessage(error)}"));
    }

    internal static ILookupTable Open(TableOpening opening) => Sources.TryGetValue(opening.Argument, out var find)
        ? new UnixTable(opening.Name, find) : opening.Refuse($"there is no such table; use one of {string.Join(", ", Sources.Keys)}");

    private (int Error, string? Value) Find(string name, int length)
    {
        var room = Marshal.AllocHGlobal(length);
        try
        {
            while (true)
            {
                var found = _find(name, room, length);
                if (found.Error != Interrupted) return found;
            }
        }
        finally
        {
            Marshal.FreeHGlobal(room);
        }
    }

    private static (int Error, string? Value) FindUser(string name, nint room, int length)
    {
        var error = GetUser(name, out var user, room, (nuint)length, out var found);
        return found == 0 ? (error, null) : (0, string.Create(CultureInfo.InvariantCulture,
            $"{Text(user.Name)}:{Text(user.Password)}:{user.UserId}:{user.GroupId}:{Text(user.Gecos)}:{Text(user.Folder)}:{Text(user.Shell)}"));
    }

    private static (int Error, string? Value) FindGroup(string name, nint room, int length)
    {
        var error = GetGroup(name, out var group, room, (nuint)length, out var found);
        return found == 0 ? (error, null) : (0, string.Create(CultureInfo.InvariantCulture,
            $"{Text(group.Name)}:{Text(group.Password)}:{group.GroupId}:{string.Join(',', Members(group.Members))}"));
    }

    private static IEnumerable<string> Members(nint list)
    {
        for (var at = 0; Marshal.ReadIntPtr(list, at * nint.Size) is var member and not 0; at++) yield return Text(member);
    }

    private static string Text(nint text) => Marshal.PtrToStringUTF8(text) ?? "";

    [LibraryImport("libc", EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetUser(string name, out UserEntry user, nint room, nuint length, out nint found);

    [LibraryImport("libc", EntryPoint = "getgrnam_r", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetGroup(string name, out GroupEntry group, nint room, nuint length, out nint found);

    /// <summary>struct passwd of Linux. It points into the room.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct UserEntry
    {
        public nint Name;
        public nint Password;
        public uint UserId;
        public uint GroupId;
        public nint Gecos;
        public nint Folder;
        public nint Shell;
    }

    /// <summary>struct group of Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct GroupEntry
    {
        public nint Name;
        public nint Password;
        public uint GroupId;
        public nint Members;
    }
}
