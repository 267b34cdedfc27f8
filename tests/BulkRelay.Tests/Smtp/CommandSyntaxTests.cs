using System.Text;
using BulkRelay.Smtp;
using FsCheck;
using FsCheck.Fluent;

namespace BulkRelay.Tests.Smtp;

public sealed class CommandSyntaxTests
{
    [Theory]
    [InlineData("NOOP", "NOOP", "")]
    [InlineData("  mail   FROM:<a@b>  ", "mail", "FROM:<a@b>")]
    [InlineData("", "", "")]
    [InlineData(" \t ", "", "")]
    public void A_line_is_a_verb_and_its_argument(string line, string verb, string argument)
    {
        var command = new CommandLine(Encoding.UTF8.GetBytes(line));
        Encoding.UTF8.GetString(command.Verb).ShouldBe(verb);
        Encoding.UTF8.GetString(command.Argument).ShouldBe(argument);
    }

    [Theory]
    [InlineData("FROM:<a@b>", "<a@b>", "")]
    [InlineData("from: <a@b> SIZE=1", "<a@b>", " SIZE=1")]
    [InlineData("FROM:a@b SIZE=1", "a@b", " SIZE=1")]
    [InlineData("FROM:<>", "<>", "")]
    [InlineData("FROM:< >\tX", "< >", "\tX")]
    [InlineData("FROM:<\"a> b\"@c>", "<\"a> b\"@c>", "")]
    [InlineData("FROM:<\"a\\\"> b\"@c> X", "<\"a\\\"> b\"@c>", " X")]
    [InlineData("FROM:<a\\> b@c> X", "<a\\> b@c>", " X")]
    [InlineData("FROM:<<a@b> c> X", "<<a@b> c>", " X")]
    [InlineData("FROM:\"A B\"<a@b> X", "\"A B\"<a@b>", " X")]
    [InlineData("FROM:<a@b>SIZE=1", "<a@b>SIZE=1", "")]
    [InlineData("FROM:<a@b X", "<a@b X", "", false)]
    [InlineData("FROM:\"a X", "\"a X", "", false)]
    [InlineData("FROM:<a\\", "<a\\", "", false)]
    public void A_path_is_taken_out(string argument, string path, string parameters, bool isComplete = true)
    {
        PathArgument.TryParse(Encoding.UTF8.GetBytes(argument), "FROM:"u8, out var result).ShouldBeTrue();
        Encoding.UTF8.GetString(result.Path.Text).ShouldBe(path);
        result.Path.IsComplete.ShouldBe(isComplete);
        Encoding.UTF8.GetString(result.Parameters).ShouldBe(parameters);
    }

    [Theory]
    [InlineData("")]
    [InlineData("FROM")]
    [InlineData("FROM:")]
    [InlineData("FROM:  ")]
    [InlineData("TO:<a@b>")]
    [InlineData("FROM <a@b>")]
    public void Anything_else_is_a_syntax_error(string argument) =>
        PathArgument.TryParse(Encoding.UTF8.GetBytes(argument), "FROM:"u8, out _).ShouldBeFalse();

    /// <summary>Any octets at all: nothing throws, nothing runs away.</summary>
    [Fact]
    public void No_line_makes_the_parsers_throw() => Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), octets =>
    {
        var command = new CommandLine([.. "MAIL FROM:<"u8, .. octets]);
        if (!PathArgument.TryParse(command.Argument, "FROM:"u8, out var path)) return;
        if (EnvelopePath.TryParse(path.Path.Text, isStrict: false, out var address)) address.Text.Any(char.IsControl).ShouldBeFalse();
        MailParameters.Parse(octets, (SmtpExtensions)63, out _);
        RcptParameters.Parse(octets, (SmtpExtensions)63, out _);
    }));

    [Fact]
    public void A_reply_is_one_reply_whatever_is_put_into_it()
    {
        Encoding.UTF8.GetString(new Reply("550 5.1.1 <a\r\n250 b>\0: no").Octets).ShouldBe("550 5.1.1 <a  250 b> : no\r\n");
        Encoding.UTF8.GetString(Reply.MultiLine(250, ["a\rb", "PIPELINING", "DSN"]).Octets).ShouldBe("250-a b\r\n250-PIPELINING\r\n250 DSN\r\n");
        Encoding.UTF8.GetString(new Reply("550 <ä>").ToAscii().Octets).ShouldBe("550 <  >\r\n");
        new Reply("221 2.0.0 Bye").Code.ShouldBe(221);
        Should.Throw<ArgumentException>(() => new Reply("Bye"));
    }
}
