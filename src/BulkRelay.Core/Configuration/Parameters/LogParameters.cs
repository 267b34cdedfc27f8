namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>The mail log.</summary>
public static class LogParameters
{
    public static readonly ParameterGroup Group = new("Mail log");

    public static readonly Parameter<string> MaillogFile = Group.File("maillog_file", "",
        "The file to which the mail log is appended. Empty, or /dev/stdout, is standard output.");

    public static readonly Parameter<string> SyslogName = Group.Text("syslog_name", "${multi_instance_name?{$multi_instance_name}:{postfix}}",
        "What stands before the name of the program in each line of the mail log. Log tools look for postfix.");
}
