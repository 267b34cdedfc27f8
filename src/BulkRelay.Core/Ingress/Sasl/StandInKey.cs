using System.Security.Cryptography;
using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>
/// The key from which the salts of users that nobody has are made (RFC 5802 section 5.1). It is kept beside the queue: salts that change
/// with each start would tell these users from real ones.
/// </summary>
internal static class StandInKey
{
    /// <summary>The file's name.</summary>
    public const string FileName = "scram_stand_in.key";

    private const int Length = 32;

    /// <summary>Reads the key, and makes it if there is none. If that cannot be done: one for this process, and a warning.</summary>
    /// <param name="folder">The folder of the queue.</param>
    /// <param name="warn">Takes the warning.</param>
    public static byte[] Read(string folder, Action<string> warn)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            Create(path, folder);
            if (Convert.FromHexString(File.ReadAllText(path).Trim()) is { Length: Length } key) return key;
            warn($"{path}: it is no key of {Length} octets in hexadecimal: remove it, and another one is made");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            warn($"{path}: {e.Message}: until that is mended the salts of unknown users change with each start");
        }
        return RandomNumberGenerator.GetBytes(Length);
    }

    private static void Create(string path, string folder)
    {
        try
        {
            AtomicFile.CreatePrivate(path, ownerOf: folder, $"{RandomNumberGenerator.GetHexString(2 * Length, lowercase: true)}\n");
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another service has made it at the same time.
        }
    }
}
