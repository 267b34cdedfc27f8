using System.Buffers.Binary;

namespace BulkRelay.Core.Ingress.Tls;

/// <summary>Reads what a client says it can do (RFC 8446 section 4.1.2), as far as it matters for the choice of a certificate.</summary>
internal static class ClientHello
{
    private const ushort SignatureAlgorithms = 13;
    private const ushort SupportedVersions = 43;
    private const ushort Tls13 = 0x0304;

    /// <summary>
    /// Whether a client takes a certificate with an EC key: it verifies ECDSA signatures, and it speaks TLS 1.3 or knows a suite with
    /// them. False for a record that is no complete hello.
    /// </summary>
    public static bool KnowsEcdsa(ReadOnlyMemory<byte> record)
    {
        var rest = record.Span;
        // The headers of record (5) and message (4), version (2), random (32).
        if (rest.Length < 43 || rest[0] != 22 || rest[5] != 1) return false;
        rest = rest[43..];
        if (!TryTake(ref rest, 1, out _) || !TryTake(ref rest, 2, out var suites) || !TryTake(ref rest, 1, out _) || !TryTake(ref rest, 2, out var extensions))
            return false;
        var verifies = false;
        var knowsSuite = HasEcdsaSuite(suites);
        while (extensions.Length >= 4)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            extensions = extensions[2..];
            if (!TryTake(ref extensions, 2, out var body)) return false;
            if (type == SignatureAlgorithms && TryTake(ref body, 2, out var algorithms)) verifies = HasEcdsaSignature(algorithms);
            if (type == SupportedVersions && TryTake(ref body, 1, out var versions)) knowsSuite |= Contains(versions, Tls13);
        }
        return verifies && knowsSuite;
    }

    /// <summary>Takes a value that has its length in front of it.</summary>
    private static bool TryTake(ref ReadOnlySpan<byte> rest, int lengthOctets, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (rest.Length < lengthOctets) return false;
        var length = lengthOctets == 1 ? rest[0] : BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (rest.Length < lengthOctets + length) return false;
        value = rest.Slice(lengthOctets, length);
        rest = rest[(lengthOctets + length)..];
        return true;
    }

    /// <summary>ECDSA with P-256, P-384 or P-521: hash 4, 5 or 6, signature 3.</summary>
    private static bool HasEcdsaSignature(ReadOnlySpan<byte> algorithms)
    {
        for (; algorithms.Length >= 2; algorithms = algorithms[2..])
            if (algorithms[0] is 4 or 5 or 6 && algorithms[1] == 3) return true;
        return false;
    }

    /// <summary>The suites of TLS 1.2 with ECDSA that a server here may agree on.</summary>
    private static bool HasEcdsaSuite(ReadOnlySpan<byte> suites)
    {
        for (; suites.Length >= 2; suites = suites[2..])
            if (BinaryPrimitives.ReadUInt16BigEndian(suites) is 0xC02B or 0xC02C or 0xCCA9 or 0xC023 or 0xC024 or 0xC009 or 0xC00A) return true;
        return false;
    }

    private static bool Contains(ReadOnlySpan<byte> numbers, ushort wanted)
    {
        for (; numbers.Length >= 2; numbers = numbers[2..])
            if (BinaryPrimitives.ReadUInt16BigEndian(numbers) == wanted) return true;
        return false;
    }
}
