using BulkRelay.Server.Applets;

namespace BulkRelay.Tests.Applets;

public sealed class CheckAppletTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bulkrelay-").FullName;
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose() => Directory.Delete(_folder, true);

    private async Task<int> Check(string mainCf, string masterCf)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "main.cf"), mainCf);
        await File.WriteAllTextAsync(Path.Combine(_folder, "master.cf"), masterCf);
        return await CheckApplet.RunAsync(["-c", _folder], _output, _error);
    }

    [Fact]
    public async Task A_folder_of_postfix_passes_and_what_has_no_effect_is_listed_with_the_reason()
    {
        (await Check("myhostname = relay.test\nmailbox_size_limit = 0\nmyhostnane = x\nmydestination =\n",
            "2525 inet n - n - - smtpd\nsmtp unix - - n - - smtp\nqmgr unix n - n 300 1 qmgr\n")).ShouldBe(0);

        var page = _output.ToString();
        page.ShouldContain($"{_folder}/main.cf:3: warning: myhostnane: unused parameter: myhostnane=x");
        page.ShouldContain("Settings in use:\n  myhostname, mydestination\n");
        page.ShouldContain("Services in use:\n  2525/inet (smtpd), smtp/unix (smtp)\n");
        page.ShouldContain("part of the relay:\n  qmgr/unix\n");
        page.ShouldContain("none is missed:\n  mail is sent on, not put into mailboxes:\n    mailbox_size_limit\n");
        page.ShouldEndWith("0 errors, 1 warnings: the relay starts with this configuration\n");
    }

    [Fact]
    public async Task Domains_whose_mail_nobody_delivers_are_told()
    {
        const string services = "2525 inet n - n - - smtpd\nsmtp unix - - n - - smtp\n";
        const string warning = "warning: mydestination: mail for relay.test, localhost.test, localhost is refused, for local_transport: ";
        await Check("myhostname = relay.test\n", services);
        _output.ToString().ShouldContain($"{warning}no service local in master.cf. ");
        _output.GetStringBuilder().Clear();
        await Check("myhostname = relay.test\n", services + "local unix - n n - - local\n");
        _output.ToString().ShouldContain($"{warning}service local in master.cf, line 3, runs 'local', which delivers no mail here. ");
        _output.GetStringBuilder().Clear();
        await Check("myhostname = relay.test\nmydestination =\n", services);
        await Check("myhostname = relay.test\nlocal_transport = smtp:[127.0.0.1]:10025\n", services);
        await Check("myhostname = relay.test\nlocal_transport = error:no mail here\n", services);
        _output.ToString().ShouldNotContain("mydestination: mail for");
    }

    [Fact]
    public async Task All_errors_are_listed_at_once_and_the_exit_status_says_so()
    {
        (await Check("initial_destination_concurrency = 0\nmydomain = ${\n", "smtp inet q - n - - smtpd\n")).ShouldBe(1);

        var page = _output.ToString();
        page.ShouldContain($"{_folder}/main.cf:1: error: initial_destination_concurrency: 0 is less than the least allowed, 1\n");
        page.ShouldContain($"{_folder}/main.cf:2: error: mydomain: ");
        page.ShouldContain($"{_folder}/master.cf:1: error: smtp/inet: invalid private field 'q'");
        page.ShouldContain("3 errors, ");
    }

    [Fact]
    public async Task A_table_that_cannot_be_opened_is_found_without_a_start()
    {
        await Check("transport_maps = hash:/nonexistent/transport\n", "smtp unix - - n - - smtp\n");

        _output.ToString().ShouldContain("/nonexistent/transport");
        _output.ToString().ShouldNotContain("0 errors, 0 warnings");
    }

    [Fact]
    public async Task The_port_of_a_running_relay_is_not_a_fault()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        (await Check("", $"127.0.0.1:{((System.Net.IPEndPoint)listener.LocalEndpoint).Port} inet n - n - - smtpd\n")).ShouldBe(0);
    }
}
