using System.Net;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>The SMTP client: what services of <c>master.cf</c> with the command <c>smtp</c> do.</summary>
public static class SmtpParameters
{
    public static readonly ParameterGroup Group = new("SMTP client");

    public static readonly Parameter<string> HeloName = Group.Text("smtp_helo_name", "$myhostname",
        "The name to send in EHLO and HELO: a host name, or an address literal in brackets.");

    public static readonly Parameter<int> TcpPort = Group.Custom("smtp_tcp_port", "smtp",
        "The port, or the name of the service, to connect to where a destination names none.", ParsePort,
        range: "1 to 65535, or a service name");

    public static readonly Parameter<IPAddress> BindAddress = Group.Custom("smtp_bind_address", "",
        "The IPv4 address to connect from. Empty: as the system chooses.", ParseBindAddress(IPAddress.Any));

    public static readonly Parameter<IPAddress> BindAddress6 = Group.Custom("smtp_bind_address6", "",
        "The IPv6 address to connect from. Empty: as the system chooses.", ParseBindAddress(IPAddress.IPv6Any));

    public static readonly Parameter<IReadOnlyList<IPAddress>> ProxyInterfaces = Group.Custom("proxy_interfaces", "",
        "Addresses of proxies and address translators that pass mail on to this relay: an MX host with such an address is the relay.",
        ParseAddresses, range: "addresses");

    public static readonly Parameter<bool> AlwaysSendEhlo = Group.Bool("smtp_always_send_ehlo", "yes",
        "Always begin with EHLO. With no: only if the greeting holds the word ESMTP.");

    public static readonly Parameter<bool> NeverSendEhlo = Group.Bool("smtp_never_send_ehlo", "no", "Never send EHLO, only HELO.");

    public static readonly Parameter<SmtpExtensions> DiscardEhloKeywords = Group.Custom("smtp_discard_ehlo_keywords", "",
        "Keywords in a server's EHLO reply that are treated as if they were not there.", ParseKeywords);

    public static readonly Parameter<bool> Skip5xxGreeting = Group.Bool("smtp_skip_5xx_greeting", "yes",
        "Go on to the next mail host after a greeting with a 5xx code. With no: return the mail.");

    public static readonly Parameter<bool> SkipQuitResponse = Group.Bool("smtp_skip_quit_response", "yes",
        "Do not wait for the reply to QUIT.");

    public static readonly Parameter<int> LineLengthLimit = Group.Int("smtp_line_length_limit", "998",
        "The most octets in a line of content, line end not counted; longer lines are broken by a line end and a blank. 0: no limit.",
        unit: "octets");

    public static readonly Parameter<int> MxSessionLimit = Group.Int("smtp_mx_session_limit", "2",
        "The most sessions, connections that got as far as the mail, in one delivery. 0: no limit.", unit: "sessions");

    public static readonly Parameter<IReadOnlyList<string>> FallbackRelay = Group.List("smtp_fallback_relay", "$fallback_relay",
        "Where mail goes whose destination was not found or could not be reached: hosts or domains, in the syntax of relayhost.");

    public static readonly Parameter<string> FallbackRelayOldName = Group.Text("fallback_relay", "",
        "The old name of smtp_fallback_relay.");

    public static readonly Parameter<bool> DisableMimeOutputConversion = Group.Bool("disable_mime_output_conversion", "no",
        "Send content that is declared to hold octets above 127 (BODY=8BITMIME, Content-Transfer-Encoding: 8bit) as it is to servers that "
        + "do not offer 8BITMIME. With no, such mail goes to the next mail host, and is returned if there is none (RFC 6152): it is not "
        + "converted. Octets above 127 that nobody declares are always sent as they are.");

    public static readonly Parameter<bool> ConnectionCacheOnDemand = Group.Bool("smtp_connection_cache_on_demand", "yes",
        "Keep a connection for the next mail to the same destination.");

    public static readonly Parameter<string> ConnectionCacheDestinations = Group.Text("smtp_connection_cache_destinations", "",
        "Destinations whose connections are always kept, and shared among them: mail of one goes over the idle connection of another to "
        + "the same address and port, if TLS and login are the same. Domains, or relay hosts without brackets and port; also /file and "
        + "type:table. No connection is shared where the certificate has to be that of the destination.");

    public static readonly Parameter<TimeSpan> ConnectionCacheTimeLimit = Group.Time("smtp_connection_cache_time_limit", "2s",
        "How long a connection is kept without mail.");

    public static readonly Parameter<int> ConnectionReuseCountLimit = Group.Int("smtp_connection_reuse_count_limit", "0",
        "How often a connection is used again. 0: no limit.", unit: "deliveries");

    public static readonly Parameter<TimeSpan> ConnectionReuseTimeLimit = Group.Time("smtp_connection_reuse_time_limit", "300s",
        "How old a connection may be when it is used again.", max: ParameterGroup.AnyTime);

    public static readonly Parameter<TimeSpan> ConnectTimeout = Group.Time("smtp_connect_timeout", "30s",
        "How long to wait for a connection. 0: as long as the system does.");

    public static readonly Parameter<TimeSpan> HeloTimeout = Timeout("smtp_helo_timeout", "300s",
        "sending EHLO or HELO and for the greeting and the reply");

    public static readonly Parameter<TimeSpan> MailTimeout = Timeout("smtp_mail_timeout", "300s", "sending MAIL FROM and for the reply");

    public static readonly Parameter<TimeSpan> RcptTimeout = Timeout("smtp_rcpt_timeout", "300s", "sending RCPT TO and for the reply");

    public static readonly Parameter<TimeSpan> DataInitTimeout = Timeout("smtp_data_init_timeout", "120s",
        "sending DATA and for the reply");

    public static readonly Parameter<TimeSpan> DataXferTimeout = Timeout("smtp_data_xfer_timeout", "180s",
        "each 64 kB of content to be taken");

    public static readonly Parameter<TimeSpan> DataDoneTimeout = Timeout("smtp_data_done_timeout", "600s",
        "the reply to the end of the content");

    public static readonly Parameter<TimeSpan> RsetTimeout = Timeout("smtp_rset_timeout", "20s", "sending RSET and for the reply");

    public static readonly Parameter<TimeSpan> QuitTimeout = Timeout("smtp_quit_timeout", "300s", "sending QUIT and for the reply");

    public static readonly Parameter<TimeSpan> StartTlsTimeout = Timeout("smtp_starttls_timeout", "300s", "each step of starting TLS");

    private static Parameter<TimeSpan> Timeout(string name, string defaultText, string what) =>
        Group.Time(name, defaultText, $"How long to wait for {what}.", min: TimeSpan.FromSeconds(1));

    private static int ParsePort(string value, out string? fault)
    {
        var port = PortNames.Find(value) ?? 0;
        fault = port > 0 ? null : $"'{value}' is neither a port from 1 to 65535 nor a known service";
        return port;
    }

    private static ParameterParser<IPAddress> ParseBindAddress(IPAddress any) => (string value, out string? fault) =>
    {
        if (value.Length == 0)
        {
            fault = null;
            return any;
        }
        var parsed = IPAddress.TryParse(value.Trim('[', ']'), out var address) && address.AddressFamily == any.AddressFamily;
        fault = parsed ? null : $"'{value}' is no IPv{(any == IPAddress.Any ? 4 : 6)} address";
        return address ?? any;
    };

    private static IReadOnlyList<IPAddress> ParseAddresses(string value, out string? fault)
    {
        var addresses = new List<IPAddress>();
        foreach (var word in ParameterList.TrySplit(value, out fault) ?? [])
        {
            if (IPAddress.TryParse(word.Trim('[', ']'), out var address)) addresses.Add(address);
            else fault ??= $"'{word}' is no address";
        }
        return addresses;
    }

    private static SmtpExtensions ParseKeywords(string value, out string? fault)
    {
        var keywords = SmtpExtensions.None;
        foreach (var word in ParameterList.TrySplit(value, out fault) ?? [])
        {
            // Other keywords are real ones that this client has no use for (or silent-discard): nothing to discard.
            if (EhloResponse.Keywords.TryGetValue(word, out var keyword)) keywords |= keyword;
        }
        return keywords;
    }
}
