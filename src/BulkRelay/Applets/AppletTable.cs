using BulkRelay.Server.Applets.Postconf;
using BulkRelay.Server.Applets.Postmap;
using BulkRelay.Server.Applets.Queue;
using BulkRelay.Server.Applets.Sendmail;
using BulkRelay.Server.Applets.Tls;
using BulkRelay.Server.Applets.User;

namespace BulkRelay.Server.Applets;

/// <summary>All commands: one row each, in the order of the help page.</summary>
internal static class AppletTable
{
    public static readonly IReadOnlyList<Applet> All =
    [
        new("demo", "a relay, its destinations and a campaign on this machine, watched live", DemoApplet.RunAsync),
        new("run", "the relay, in the foreground until SIGTERM", RunApplet.RunAsync),
        new("check", "lists what is wrong with a configuration, and what of it is used", CheckApplet.RunAsync),
        new("reference", "prints the page of all parameters", ReferencePage.RunAsync),
        new("status", "what the running relay does now; exit status 0 once it accepts mail", StatusApplet.RunAsync),
        new("reload", "makes the running relay read its configuration again", ReloadApplet.RunAsync),
        new("queue", "looks into the queue and steers it: list, show, hold, release, retry, delete, freeze, stats, shape", QueueApplet.RunAsync),
        new("user", "edits the file of users who can sign in: add, list, delete, import", UserApplet.RunAsync),
        new("tls", "makes a certificate for a first start: self-signed", TlsApplet.RunAsync),
        new("sink", "an SMTP destination that accepts, defers, rejects, delays or drops, counts and verifies", SinkApplet.RunAsync),
        new("postmap", "checks and queries lookup tables", PostmapApplet.RunAsync),
        new("postalias", "checks and queries alias files", PostaliasApplet.RunAsync),
        new("newaliases", "checks the alias files of alias_database", NewaliasesApplet.RunAsync),
        new("postconf", "shows or edits main.cf and master.cf, as Postfix's postconf does", PostconfApplet.RunAsync),
        new("postqueue", "lists the queue (-p, -j), has it tried at once (-f, -s, -i)", Postqueue.RunAsync),
        new("mailq", "lists the queue, as postqueue -p", Mailq.RunAsync),
        new("postsuper", "holds (-h), releases (-H), requeues (-r), expires (-e, -f), deletes (-d) messages", Postsuper.RunAsync),
        new("postcat", "shows a queued message (-q)", Postcat.RunAsync),
        new("postkick", "has the queue tried at once (public qmgr F)", Postkick.RunAsync),
        new("postlog", "writes lines into the mail log (-t tag, -p priority), for scripts", Postlog.RunAsync),
        new("postfix", "Postfix's words for stop, reload, flush, status, check", PostfixApplet.RunAsync),
        new("sendmail", "sends the message on standard input, for programs: -t -f -i -bs -bv -v; -bp lists the queue, -q has it tried at once", SendmailApplet.RunAsync),
    ];

    /// <summary>The command of that name, or null.</summary>
    public static Applet? Find(string name) => All.FirstOrDefault(a => a.Name == name);
}
