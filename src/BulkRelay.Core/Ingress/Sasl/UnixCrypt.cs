using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>Password hashes of the system, crypt(5): <c>$6$</c>, <c>$5$</c>, <c>$2y$</c>, <c>$y$</c> … as its library knows them.</summary>
public static partial class UnixCrypt
{
    /// <summary>Room for <c>struct crypt_data</c> of any C library.</summary>
    private const int DataSize = 256 * 1024;

    /// <summary>Whether this is the password. False, too, for a hash that the system does not know.</summary>
    public static bool Matches(string password, string hash) =>
        Hash(password, hash) is { } computed && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(computed), Encoding.UTF8.GetBytes(hash));

    /// <summary>Whether the system knows hashes of this kind.</summary>
    public static bool Knows(string hash) => Hash("", hash) is not null;

    private static string? Hash(string password, string setting)
    {
        var data = Marshal.AllocHGlobal(DataSize);
        try
        {
            unsafe
            {
                new Span<byte>((void*)data, DataSize).Clear();
            }
            var result = Marshal.PtrToStringUTF8(CryptR(password, setting, data));
            // A hash that begins with an asterisk says that there is none.
            return result is null or ['*', ..] ? null : result;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
        finally
        {
            unsafe
            {
                CryptographicOperations.ZeroMemory(new Span<byte>((void*)data, DataSize));
            }
            Marshal.FreeHGlobal(data);
        }
    }

    [LibraryImport("libcrypt.so.1", EntryPoint = "crypt_r", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint CryptR(string phrase, string setting, nint data);
}
