using BulkRelay.Core.Queue.Store.Postgres;
using Npgsql;

namespace BulkRelay.Tests.Queue.Store;

public sealed class ConnectionTextTests
{
    [Theory]
    [InlineData("host=db.example.com port=5433 dbname=queue user=relay sslmode=verify-full")]
    [InlineData("  host = db.example.com port = '5433' dbname='queue' user=rel\\ay sslmode=verify-full ")]
    [InlineData("//relay@db.example.com:5433/queue?sslmode=verify-full")]
    [InlineData("//rel%61y@db.example.com/queue?port=5433&sslmode=verify-full")]
    public void Words_and_URIs_say_the_same(string place)
    {
        var connection = ConnectionText.Parse(place, "/etc/bulkrelay");
        connection.Host.ShouldBe("db.example.com");
        connection.Port.ShouldBe(5433);
        connection.Database.ShouldBe("queue");
        connection.Username.ShouldBe("relay");
        connection.SslMode.ShouldBe(SslMode.VerifyFull);
    }

    [Fact]
    public void A_value_may_hold_blanks_quotes_and_equals_signs()
    {
        ConnectionText.Parse(@"dbname='a b' password='it\'s = ' user=u", "/").Database.ShouldBe("a b");
        ConnectionText.Parse(@"password='it\'s = x\\y' user=u", "/").Password.ShouldBe(@"it's = x\y");
        ConnectionText.Parse("//u:p%40ss%3A@h/d", "/").Password.ShouldBe("p@ss:");
    }

    [Fact]
    public void A_socket_folder_is_a_host()
    {
        ConnectionText.Parse("host=/run/postgresql dbname=q", "/").Host.ShouldBe("/run/postgresql");
        ConnectionText.Parse("//u@%2Frun%2Fpostgresql/q", "/").Host.ShouldBe("/run/postgresql");
    }

    [Fact]
    public void Several_hosts_mean_the_one_that_takes_changes()
    {
        var words = ConnectionText.Parse("host=a,b port=5432,5433 dbname=q", "/");
        words.Host.ShouldBe("a:5432,b:5433");
        words.TargetSessionAttributes.ShouldBe("read-write");
        ConnectionText.Parse("//u@a,[2001:db8::1]:6000/q", "/").Host.ShouldBe("a:5432,[2001:db8::1]:6000");
    }

    [Fact]
    public void Names_of_files_count_from_the_configuration_folder()
    {
        var connection = ConnectionText.Parse("dbname=q passfile=pgpass sslrootcert=/etc/ssl/root.pem", "/etc/bulkrelay");
        connection.Passfile.ShouldBe("/etc/bulkrelay/pgpass");
        connection.RootCertificate.ShouldBe("/etc/ssl/root.pem");
    }

    [Theory]
    [InlineData("Geheim", "keyword=value")]
    [InlineData("colour=blue", "a keyword that is not supported; known are dbname, host")]
    [InlineData("password=two words Geheim=x", "a keyword that is not supported")]
    [InlineData("port=Geheim", "the port is no number")]
    [InlineData("host=a port=1,2", "one port, or as many as hosts")]
    [InlineData("sslmode=Geheim", "the value of sslmode")]
    [InlineData("connect_timeout=-1Geheim", "the value of connect_timeout")]
    [InlineData("password='Geheim", "a quote is not closed")]
    [InlineData("//h/d?Geheim", "keyword=value")]
    public void A_fault_says_what_is_wrong_and_quotes_no_value(string place, string expected)
    {
        var fault = Should.Throw<FormatException>(() => ConnectionText.Parse(place, "/"));
        fault.Message.ShouldContain(expected);
        fault.ToString().ShouldNotContain("Geheim");
    }
}
