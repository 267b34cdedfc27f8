using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using BulkRelay.Core.Bounces;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Ingress;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Fuzz.Targets;

/// <summary>What operators write into files, and programs into sockets.</summary>
internal static class ConfigurationTargets
{
    private static readonly ConfigSnapshot Snapshot = ConfigSnapshot.With(("myhostname", "relay.test"), ("mydestination", ""));
    private static readonly string[] SourceTypes = ["hash", "cidr", "regexp", "pcre"];

    public static readonly FuzzTarget MainCf = new("main.cf",
    [
        "myhostname = relay.test\nmynetworks = 127.0.0.0/8, [::1]/128\nsmtpd_relay_restrictions = permit_mynetworks, reject\n",
        "smtp_tls_security_level = ${tls?{may}:{none}}\nx = $y\ny = $x\n", "transport_maps = inline:{ { a = smtp:[b]:25 } }, hash:/nowhere\n", "flow_key = campaign, login+client\n",
        "smtpd_restriction_classes = a\na = permit\n", "$", "${", "}", "?{", ":{", " = ", "\n ", "\n#", "\n", "{{x}==", "99999999999", "5d", "-1", "\"", "%", "\0", "\r",
        "default_destination_concurrency_negative_feedback = 1/concurrency\n",
    ], input => Load(Encoding.UTF8.GetString(input), ""));

    public static readonly FuzzTarget MasterCf = new("master.cf",
    [
        "smtp inet n - n - - smtpd\n  -o smtpd_tls_security_level=encrypt\n  -o { x = y z }\n", "smtp unix - - n - 2 smtp\n", "submission inet n - y - 100? smtpd -v\n", "[::1]:2525 inet n - n - 0 smtpd\n",
        "slow unix - - n - 1 smtp -o syslog_name=a/b\n", " -o ", "{", "}", "=", "\n ", "\n#", "\n", "-", "inet", "unix", "pass", "fifo", "$x", ":", "\0",
    ], input => Load("", Encoding.UTF8.GetString(input)));

    public static readonly FuzzTarget Tables = new("tables",
    [
        "a@b.test REJECT no\n.b.test OK\n", "192.0.2.0/24 OK\n!2001:db8::/32 REJECT\nif 192.0.2.0/8\nendif\n", "/^(.*)@x$/ smtp:$1\nif /a/\n/b/i OK\nendif\n", "/", "\\", "(", "[", "{1,9}", "$1", "\n ", "#", "\n",
    ], RunTables);

    public static readonly FuzzTarget BounceTemplates = new("bounce-templates",
    [
        "failure_template = <<EOF\nCharset: us-ascii\nFrom: MAILER-DAEMON (Mail)\nSubject: x\n\nHello $myhostname\nEOF\n", "delay_template=<<E\n", "E\n", "success_template", "<<", "=", "$", "${delay_hours}", "\n", ":", "\0",
    ], input =>
    {
        using var folder = new TemporaryFolder();
        BounceTemplateFile.Read(WriteFile(folder, input), []);
    });

    public static readonly FuzzTarget Submissions = new("submissions",
    [
        "{\"sender\":\"a@x.test\",\"recipients\":[\"b@y.test\"],\"notify\":\"never\"}\nSubject: x\n\nbody\n", "{", "}", "[", "]", "null", "\"sender\":", "\"recipients\":", ",", "\"", "\n", "\\u0000", "0",
    ], input =>
    {
        var reader = PipeReader.Create(new ReadOnlySequence<byte>(input));
        using var room = new EnvelopeRoom(new ContentMemory(), 1 << 20);
        var submission = SubmissionText.ReadEnvelopeAsync(reader, room, CancellationToken.None).GetAwaiter().GetResult();
        if (submission is null) return;
        LocalSubmission.CheckAsync(submission, reader.AsStream(), Snapshot, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    });

    private static void Load(string main, string master)
    {
        // Files that the text may name by chance would make the outcome depend on the machine.
        var load = ConfigLoader.Parse(main.Replace("/", "", StringComparison.Ordinal), master.Replace("/", "", StringComparison.Ordinal), Environment.CurrentDirectory, ConfigOverrides.None);
        foreach (var fault in load.Faults) fault.ToString().ShouldNotContain('\n');
        if (load.Snapshot is not { } snapshot) return;
        SmtpdPolicy.Compile(snapshot, TimeProvider.System, _ => { });
        foreach (var service in snapshot.Services) snapshot.ForService(service);
    }

    private static void RunTables(byte[] input)
    {
        using var folder = new TemporaryFolder();
        var path = WriteFile(folder, input);
        foreach (var type in SourceTypes)
        {
            var set = new LookupTableSet("hash", TimeProvider.System, _ => { });
            var table = set.Open($"{type}:{path}");
            foreach (var key in new[] { "a@b.test", "", "192.0.2.1", "\n" })
            {
                // A pattern may take too long, here or on a busy machine; that is the only way to have no answer.
                var found = table.LookupAsync(key, CancellationToken.None).AsTask().GetAwaiter().GetResult();
                if (found.IsFailure) found.Failure!.ShouldContain(" took more than ");
            }
        }
    }

    private static string WriteFile(TemporaryFolder folder, byte[] input)
    {
        var path = Path.Combine(folder.Path, "source");
        File.WriteAllBytes(path, input);
        return path;
    }
}
