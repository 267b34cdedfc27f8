using System.Globalization;
using System.Net;
using System.Text;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Restrictions.PolicyService;

/// <summary>A request to a policy service: the attributes of Postfix 3.6, in its order (SMTPD_POLICY_README).</summary>
/// <param name="Instance">Which message it is about; empty outside a transaction.</param>
/// <param name="Octets">What is sent.</param>
internal sealed record PolicyQuery(string Instance, byte[] Octets)
{
    /// <summary>The request about what is decided now.</summary>
    public static PolicyQuery About(AccessRequest request, string context, string stress)
    {
        var text = new StringBuilder(1024);
        Add("request", "smtpd_access_policy");
        Add("protocol_state", request.Where == "BDAT" ? "DATA" : request.Where);
        Add("protocol_name", request.Protocol);
        Add("client_address", request.Client.AddressText);
        Add("client_name", request.Client.Name);
        Add("client_port", Number(request.Client.Port));
        Add("reverse_client_name", request.Client.ReverseName);
        Add("server_address", Plain(request.Server.Address).ToString());
        Add("server_port", Number(request.Server.Port));
        Add("helo_name", request.HeloName);
        Add("sender", EnvelopeSide.Sender.Given(request)?.ToUnquoted() ?? "");
        Add("recipient", EnvelopeSide.Recipient.Given(request)?.ToUnquoted() ?? "");
        Add("recipient_count", Number(request.Where is "DATA" or "BDAT" or "END-OF-MESSAGE" ? request.RecipientCount : 0));
        Add("queue_id", request.QueueId);
        Add("instance", request.Instance);
        Add("size", Number(request.MessageSize));
        Add("etrn_domain", request.EtrnName);
        Add("stress", stress);
        AddIdentity();
        Add("policy_context", context);
        return new PolicyQuery(request.Instance, Encoding.UTF8.GetBytes(text.Append('\n').ToString()));

        void AddIdentity()
        {
            Add("sasl_method", request.Sasl?.Method ?? "");
            Add("sasl_username", request.Sasl?.Login ?? "");
            Add("sasl_sender", request.SaslSender);
            var peer = request.Tls?.Peer;
            Add("ccert_subject", peer is { IsTrusted: true } ? Xtext.Encode(peer.SubjectCommonName) : "");
            Add("ccert_issuer", peer is { IsTrusted: true } ? Xtext.Encode(peer.IssuerCommonName) : "");
            Add("ccert_fingerprint", peer?.CertificateFingerprint ?? "");
            Add("ccert_pubkey_fingerprint", peer?.PublicKeyFingerprint ?? "");
            Add("encryption_protocol", request.Tls?.Protocol ?? "");
            Add("encryption_cipher", request.Tls?.Cipher ?? "");
            Add("encryption_keysize", Number(request.Tls?.UsedBits ?? 0));
        }

        // What a client said never begins another attribute.
        void Add(string name, string value)
        {
            text.Append(name).Append('=');
            foreach (var c in value) text.Append(char.IsControl(c) ? '?' : c);
            text.Append('\n');
        }
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
