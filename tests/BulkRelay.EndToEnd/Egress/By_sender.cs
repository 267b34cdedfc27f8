using System.Globalization;
using System.Text;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Egress;

/// <summary>Recipes in which the sender decides where mail goes and how it looks, and the name in the greeting.</summary>
public sealed class By_sender : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task R79_Mail_of_a_user_or_of_a_domain_goes_to_its_own_relay()
    {
        await using var relay2 = new SinkInbox();
        await using var relay3 = new SinkInbox();
        await using var others = new SinkInbox();
        var map = Write("sender_dependent_relayhost_maps", $"""
            username@rigacci.org     [127.0.0.1]:{relay2.Port}
            @domain2.org             [127.0.0.1]:{relay3.Port}

            """);
        await using var relay = new RelayProcess($"relayhost = [127.0.0.1]:{others.Port}\nsender_dependent_relayhost_maps = hash:{map}");
        await relay.StartAsync();
        await SendAsync(relay, "username@rigacci.org", "other@rigacci.org", "anyone@domain2.org", "Anyone.Else@Domain2.org", "x@sub.domain2.org", "");

        (await relay2.NextAsync()).Sender.ShouldBe("username@rigacci.org");
        (await SendersAsync(relay3, 2)).ShouldBe(["Anyone.Else@Domain2.org", "anyone@domain2.org"], ignoreOrder: true);
        (await SendersAsync(others, 3)).ShouldBe(["other@rigacci.org", "x@sub.domain2.org", ""], ignoreOrder: true);
        (relay2.Counters.Messages + relay3.Counters.Messages + others.Counters.Messages).ShouldBe(6);
    }

    [Fact]
    public async Task R79_Mail_of_a_user_or_of_a_domain_goes_by_its_own_transport()
    {
        await using var own = new SinkInbox();
        await using var others = new SinkInbox();
        var map = Write("sender_dependent_default_transport_maps", $"""
            username@rigacci.org     slow:[127.0.0.1]:{own.Port}
            @domain2.org             slow:[127.0.0.1]:{own.Port}

            """);
        await using var relay = new RelayProcess(
            $"relayhost = [127.0.0.1]:{others.Port}\nsender_dependent_default_transport_maps = hash:{map}",
            services: ["slow unix - - n - - smtp -o syslog_name=postfix/slow"]);
        await relay.StartAsync();
        await SendAsync(relay, "username@rigacci.org", "other@rigacci.org", "anyone@domain2.org");

        (await SendersAsync(own, 2)).ShouldBe(["anyone@domain2.org", "username@rigacci.org"], ignoreOrder: true);
        (await others.NextAsync()).Sender.ShouldBe("other@rigacci.org");
        await relay.StopAsync();
        (await File.ReadAllTextAsync(relay.LogFile)).ShouldMatch(@"postfix/slow/smtp\[\d+\]: \S+: to=<rcpt@example\.net>, .*status=sent");
    }

    [Fact]
    public async Task R31_A_user_of_this_machine_gets_the_address_that_the_provider_knows_and_leaves_by_its_host()
    {
        await using var provider = new SinkInbox();
        await using var others = new SinkInbox();
        var canonical = Write("sender_canonical", """
            erna erna@provider.de
            otto otto@otto.de
            paul paul@paul.com

            """);
        var hosts = Write("sender_dependent", $"erna@provider.de [127.0.0.1]:{provider.Port}\n");
        await using var relay = new RelayProcess($"""
            relayhost = [127.0.0.1]:{others.Port}
            sender_dependent_relayhost_maps = hash:{hosts}
            sender_canonical_maps = hash:{canonical}
            """);
        await relay.StartAsync();
        const string mail = "From: Erna Muster <erna@relay.test>\nTo: otto@relay.test\nSubject: x\n\nMail of erna@relay.test\n";
        (await Tool.RunAsync(relay.Program, ["sendmail", "-C", relay.ConfigDirectory, "-i", "-f", "erna", "b@y.test"], mail)).Succeeded();
        await SendAsync(relay, "erna@relay.test", "stranger@relay.test");

        var messages = new[] { await provider.NextAsync(), await provider.NextAsync() };
        messages.ShouldAllBe(m => m.Sender == "erna@provider.de");
        var text = messages.Select(m => Encoding.UTF8.GetString(m.Content())).Single(t => t.Contains("Muster", StringComparison.Ordinal));
        text.ShouldContain("\r\nFrom: Erna Muster <erna@provider.de>\r\nTo: otto@relay.test\r\n");
        text.ShouldEndWith("\r\n\r\nMail of erna@relay.test\r\n");
        (await others.NextAsync()).Sender.ShouldBe("stranger@relay.test");
    }

    [Theory]
    [InlineData("mail.mydomain.org")]
    [InlineData("[78.47.31.140]")]
    public async Task R80_The_name_in_the_greeting_may_be_an_address_literal(string name)
    {
        await using var inbox = new SinkInbox();
        await using var postfix = await PostfixProcess.StartAsync(inbox.Port, "smtpd_helo_required = yes\nsmtpd_helo_restrictions = reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname");
        await using var relay = new RelayProcess(string.Create(CultureInfo.InvariantCulture, $"relayhost = [127.0.0.1]:{postfix.Port}\nsmtp_helo_name = {name}"));
        await relay.StartAsync();
        await SendAsync(relay, "a@x.test");
        Encoding.ASCII.GetString((await inbox.NextAsync()).Content()).ShouldContain($"Received: from {name} (");
    }

    private string Write(string name, string text)
    {
        var file = _folder.File(name);
        File.WriteAllText(file, text);
        return file;
    }

    private static async Task SendAsync(RelayProcess relay, params string[] senders)
    {
        foreach (var sender in senders)
            await SmtpTalk.SendSampleAsync(relay.Port, "client.test", $"MAIL FROM:<{sender}>", "RCPT TO:<rcpt@example.net>");
    }

    private static async Task<List<string>> SendersAsync(SinkInbox inbox, int count)
    {
        var senders = new List<string>();
        for (var i = 0; i < count; i++) senders.Add((await inbox.NextAsync()).Sender);
        return senders;
    }
}
