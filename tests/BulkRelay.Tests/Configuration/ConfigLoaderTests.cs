using System.Collections;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Tests.Configuration;

public class ConfigLoaderTests
{
    private static ConfigLoad Load(string mainCf, string masterCf = "", ConfigOverrides? overrides = null) =>
        ConfigLoader.Parse(mainCf, masterCf, "/etc/bulkrelay", overrides ?? ConfigOverrides.None);

    [Fact]
    public void All_faults_of_a_configuration_are_reported_at_once_with_file_and_line()
    {
        var load = Load("""
            default_destination_concurrency_limit = many
            default_destination_rate_delay = 5x
            myhostname = ${oops
            slow_initial_destination_concurrency = 0
            my_own = $
            """, "slow unix - - n - - smtp\nsmtp inet q - n - - smtpd\n2525x inet n - n - - smtpd\n");

        load.Snapshot.ShouldBeNull();
        load.Faults.Where(f => f.Severity == FaultSeverity.Error).Select(f => $"{f.File}:{f.Line} {f.Parameter}").ShouldBe(
        [
            "main.cf:1 default_destination_concurrency_limit",
            "main.cf:2 default_destination_rate_delay",
            "main.cf:3 myhostname",
            "main.cf:4 slow_initial_destination_concurrency",
            "main.cf:5 my_own",
            "master.cf:2 smtp/inet",
            "master.cf:3 2525x/inet",
        ]);
    }

    [Fact]
    public void A_service_sees_its_own_settings_and_the_others_do_not()
    {
        var config = Load("myhostname = relay.test\nmail_name = $myhostname at $service_name\n", """
            smtp inet n - n - - smtpd
            submission inet n - n - - smtpd
              -o myhostname=submit.test
              -o default_destination_recipient_limit=3
            """).Snapshot.ShouldNotBeNull();
        var submission = config.ForService(config.Services[1]);

        submission.Get(MainParameters.MyHostname).ShouldBe("submit.test");
        submission.Get(MainParameters.MailName).ShouldBe("submit.test at submission");
        submission.Get("smtp", TransportParameters.DestinationRecipientLimit).ShouldBe(3);
        config.ForService(config.Services[0]).Get(MainParameters.MailName).ShouldBe("relay.test at smtp");
        config.Get(MainParameters.MyHostname).ShouldBe("relay.test");
    }

    [Fact]
    public void A_fault_in_an_override_of_a_service_has_the_line_of_the_service()
    {
        var fault = Load("", "# one\nsmtp unix - - n - - smtp\n  -o initial_destination_concurrency=0\n").Faults.ShouldHaveSingleItem();

        fault.ToString().ShouldBe("master.cf:2: error: initial_destination_concurrency: 0 is less than the least allowed, 1");
    }

    [Fact]
    public void The_command_line_goes_before_the_environment_and_that_before_the_file()
    {
        var overrides = new ConfigOverrides(["mydomain=cli.test"],
            new Hashtable { ["BULKRELAY_mydomain"] = "env.test", ["BULKRELAY_mail_name"] = "Env", ["BULKRELAY_ARGV0"] = "x", ["HOME"] = "/" });
        var config = Load("mydomain = file.test\nmail_name = File\nmyhostname = file.$mydomain\n", "", overrides).Snapshot.ShouldNotBeNull();

        config.Get(MainParameters.MyDomain).ShouldBe("cli.test");
        config.Get(MainParameters.MailName).ShouldBe("Env");
        config.Get(MainParameters.MyHostname).ShouldBe("file.cli.test");
    }

    [Fact]
    public void An_option_without_a_value_is_an_error_of_the_command_line() =>
        Load("", "", new ConfigOverrides(["mydomain"], new Hashtable())).Faults.ShouldHaveSingleItem()
            .ToString().ShouldBe("command line: error: missing '=' after attribute name in '-o mydomain': use -o name=value");

    [Fact]
    public void A_misspelt_parameter_warns_and_does_not_stop_the_relay()
    {
        var load = Load("smtp_helo_nane = x\n");

        load.Snapshot.ShouldNotBeNull();
        load.Faults.ShouldHaveSingleItem().ToString().ShouldStartWith("main.cf:1: warning: smtp_helo_nane: unused parameter: smtp_helo_nane=x");
    }

    [Theory]
    [InlineData("own = x\nmydomain = $own\n", "")]
    [InlineData("own = x\nmydomain = ${y?{$own}}\ny = 1", "")]
    [InlineData("own = permit\nsmtpd_restriction_classes = own\n", "")]
    [InlineData("own = x\n", "smtp inet n - n - - smtpd -o mydomain=$own")]
    [InlineData("mydomain = $own\n", "smtp inet n - n - - smtpd -o own=x")]
    [InlineData("slow_destination_rate_delay = 1s\nslow_transport_rate_delay = 1s\n", "slow unix - - n - - smtp")]
    [InlineData("virtual_mailbox_base = /var\ndovecot_time_limit = 5s", "dovecot unix - n n - - pipe argv=/bin/x")]
    public void What_is_used_anywhere_is_not_reported(string mainCf, string masterCf) => Load(mainCf, masterCf).Faults.ShouldBeEmpty();

    [Fact]
    public void A_name_without_a_value_anywhere_is_reported_where_it_is_used() =>
        Load("\nmydomain = a$nosuch\n").Faults.ShouldHaveSingleItem().ToString().ShouldStartWith("main.cf:2: warning: mydomain: undefined parameter: nosuch");

    [Fact]
    public void A_transport_parameter_of_a_transport_that_does_not_exist_warns() =>
        Load("slwo_destination_rate_delay = 1s\n", "slow unix - - n - - smtp").Faults.ShouldHaveSingleItem().Message.ShouldStartWith("unused parameter");

    [Fact]
    public void A_relative_queue_folder_counts_from_the_configuration_folder()
    {
        Load("queue_directory = queue\n").Snapshot!.Get(MainParameters.QueueDirectory).ShouldBe("/etc/bulkrelay/queue");
        Load("queue_directory = queue\nmail_name = $queue_directory/x\n").Snapshot!.Get(MainParameters.MailName).ShouldBe("/etc/bulkrelay/queue/x");
        Load("queue_directory = /q\n").Snapshot!.Get(MainParameters.QueueDirectory).ShouldBe("/q");
    }

    [Fact]
    public void The_names_of_the_machine_follow_each_other()
    {
        Load("myhostname = a.b.test\n").Snapshot!.Get(MainParameters.MyDomain).ShouldBe("b.test");
        Load("myhostname = short\n").Snapshot!.Get(MainParameters.MyDomain).ShouldBe("localdomain");
        Load("mydomain = b.test\n").Snapshot!.Get(MainParameters.MyHostname).ShouldEndWith(".b.test");
        Load("mydomain = $myhostname\n").Snapshot.ShouldBeNull();
        Load("myhostname = $mydomain\n").Snapshot!.Get(MainParameters.MyHostname).ShouldBe("localdomain");
    }

    [Fact]
    public void Raw_parameters_are_not_expanded_and_read_only_ones_are_ignored()
    {
        var load = Load("default_rbl_reply = $rbl_code ${rbl_reason?; $rbl_reason}\nprocess_id = 1\n");

        load.Snapshot!.FindText("default_rbl_reply").ShouldBe("$rbl_code ${rbl_reason?; $rbl_reason}");
        load.Faults.ShouldHaveSingleItem().Message.ShouldStartWith("read-only parameter assignment");
    }

    [Fact]
    public void Any_parameter_can_be_found_by_name()
    {
        var config = Load("my_class = permit_mynetworks, $x\nx = reject\nsmtpd_restriction_classes = my_class\n").Snapshot!;

        config.FindText("my_class").ShouldBe("permit_mynetworks, reject");
        config.FindText("smtpd_relay_before_recipient_restrictions").ShouldBe("yes");
        config.FindText("nosuch").ShouldBeNull();
    }

    [Fact]
    public void A_missing_folder_is_two_faults_and_no_exception()
    {
        var load = ConfigLoader.Load(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString()), ConfigOverrides.None);

        load.Snapshot.ShouldBeNull();
        load.Faults.Count.ShouldBe(2);
    }
}
