namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>Peers that speak for others: load balancers, content filters, test programs.</summary>
public static class ProxyingParameters
{
    public static readonly ParameterGroup Group = new("Clients behind proxies");

    public static readonly Parameter<string> UpstreamProxyProtocol = Group.Custom<string>("smtpd_upstream_proxy_protocol", "",
        "The protocol in which a load balancer before this service says who the client is; empty for none. Whoever can connect to the service "
        + "can then claim any address: only the balancer must.",
        (string value, out string? fault) =>
        {
            fault = value is "" or "haproxy" ? null : "unknown protocol: use haproxy (the PROXY protocol, version 1 and 2), or leave it empty";
            return value;
        }, range: "haproxy");

    public static readonly Parameter<TimeSpan> UpstreamProxyTimeout = Group.Time("smtpd_upstream_proxy_timeout", "5s",
        "The time in which the header of smtpd_upstream_proxy_protocol has to come.", min: TimeSpan.FromSeconds(1));

    public static readonly Parameter<string> AuthorizedXclientHosts = Group.Text("smtpd_authorized_xclient_hosts", "",
        "The clients that may say with XCLIENT who the client is, and have all that follows from it: addresses, networks, [IPv6]/n, names, "
        + "/file, type:table; ! excludes.");

    public static readonly Parameter<string> AuthorizedXforwardHosts = Group.Text("smtpd_authorized_xforward_hosts", "",
        "The clients that may say with XFORWARD, for the log and the queue only, where they have a message from: addresses, networks, "
        + "[IPv6]/n, names, /file, type:table; ! excludes.");
}
