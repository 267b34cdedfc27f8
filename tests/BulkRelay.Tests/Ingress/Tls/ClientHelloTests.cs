using BulkRelay.Core.Ingress.Tls;

namespace BulkRelay.Tests.Ingress.Tls;

public class ClientHelloTests
{
    private static readonly byte[] EcdsaAndRsa = [0, 13, 0, 6, 0, 4, 4, 3, 4, 1];
    private static readonly byte[] RsaOnly = [0, 13, 0, 4, 0, 2, 4, 1];
    private static readonly byte[] SpeaksTls13 = [0, 43, 0, 3, 2, 3, 4];

    [Fact]
    public void A_client_of_TLS_1_3_takes_EC_certificates_if_it_verifies_ECDSA()
    {
        ClientHello.KnowsEcdsa(Record([0x13, 0x01], [.. EcdsaAndRsa, .. SpeaksTls13])).ShouldBeTrue();
        ClientHello.KnowsEcdsa(Record([0x13, 0x01], [.. RsaOnly, .. SpeaksTls13])).ShouldBeFalse();
    }

    [Fact]
    public void A_client_of_TLS_1_2_needs_a_suite_with_ECDSA_too()
    {
        ClientHello.KnowsEcdsa(Record([0xC0, 0x2B], EcdsaAndRsa)).ShouldBeTrue();
        ClientHello.KnowsEcdsa(Record([0xC0, 0x2F], EcdsaAndRsa)).ShouldBeFalse();
        ClientHello.KnowsEcdsa(Record([0xC0, 0x2B], [])).ShouldBeFalse();
    }

    [Fact]
    public void No_beginning_of_a_hello_and_no_wrong_length_in_it_does_harm()
    {
        var whole = Record([0x13, 0x01], [.. EcdsaAndRsa, .. SpeaksTls13]);
        for (var length = 0; length < whole.Length; length++) ClientHello.KnowsEcdsa(whole.AsMemory(0, length)).ShouldBeFalse();
        for (var at = 43; at < whole.Length; at++)
        {
            var broken = (byte[])whole.Clone();
            broken[at] = 0xff;
            Should.NotThrow(() => ClientHello.KnowsEcdsa(broken));
        }
    }

    private static byte[] Record(byte[] suites, byte[] extensions)
    {
        byte[] body = [3, 3, .. new byte[32], 0, 0, (byte)suites.Length, .. suites, 1, 0, 0, (byte)extensions.Length, .. extensions];
        return [22, 3, 1, 0, (byte)(body.Length + 4), 1, 0, 0, (byte)body.Length, .. body];
    }
}
