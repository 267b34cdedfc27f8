namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>Names and places that every part of the relay uses.</summary>
public static class MainParameters
{
    public static readonly ParameterGroup Group = new("Names and places");

    public static readonly Parameter<string> QueueDirectory = Group.Text("queue_directory", "/var/spool/bulkrelay",
        "The folder of the queue and of the control socket. A relative path counts from the configuration folder.");

    public static readonly Parameter<string> MyHostname = Group.Text("myhostname", "localhost",
        "The name of this relay: in the banner, in EHLO, in trace headers. The default is the machine's fully-qualified name.");
}
