using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.Applets.Postmap;

namespace BulkRelay.EndToEnd.Tables;

/// <summary>The same questions to the <c>postmap</c> of Debian's postfix and to ours: same answers, same exit status.</summary>
public sealed class PostmapComparison : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("texthash", "a  1\nB 2  3 \n\"q k\"@x 4\nb\\ c 5\nlong one\n  two\n# c\n\tthree\nbad\na again\nuser@Example.COM  x, y\n", "a|A|b|\"q k\"@x|b\\ c|long|bad|user@example.com|nothing")]
    [InlineData("cidr", "192.0.2.1 OK\n192.0.2.0/24 REJECT me\nif 10.0.0.0/8\n!10.1.0.0/16 not\n10.1.2.0/24 deep\nendif\n2001:db8::/32 six\n[::1] loop\n198.51.100.1/24 bad\n01.2.3.4 bad\n0.0.0.0/0 rest\n",
        "192.0.2.1|192.0.2.9|10.2.0.1|10.1.2.3|10.1.3.3|2001:db8::5|2001:DB8:0::1|::1|::2|198.51.100.1|1.2.3.4|x|::ffff:192.0.2.1|[::1]|192.0.2")]
    [InlineData("pcre", "/^(.+)@example\\.(com|org)$/ $1 at $2\n!/@/ no-at\nif /^list-/\n/-request@/ req\nif !/x/\n/@(.*)$/ ${1}$$\nendif\nendif\n/B/i big\n/b/ small\n/one two/x joined\n/^z.y$/E last\n~^a/b~ slash\n/(c)?d@/ opt${1}ional\n",
        "Joe@Example.COM|joe@example.net|nobody|list-request@l|list-a@l.org|list-xa@l.org|B@|b@|onetwo@|zzy@|a/b@|d@|cd@|")]
    [InlineData("pcre", "/^(?!owner-)(.*)-outgoing@(.*)/ 550 Use ${1}@${2}\n/^[[:alnum:]+\\/]{6,}@/ alnum\n/(?<n>x)\\k<n>@/ named $1\n/^a++b@/ possessive\n/^\\Qa.b\\E@/ quoted\n/(p+)/U p=$1\n/b@/A anchored\n/(?i-s)^M.N@/ flags\n/\\bw\\b/ word\n/^\\W@/ nonword\n",
        "list-outgoing@d|owner-outgoing@d|AbcdE1@|xx@|aab@|a.b@|axb@|ppp|ab@|b@|m-n@|a w b|-@|_@")]
    [InlineData("regexp", "/^(.*)@(.*)$/m $2!$1\n/^a{2,3}$/ twice\n/[[:digit:]]+\\.[0-9]/ dec\n!/[a-z]/ no letters\n/\\(b\\)c/x basic $1\n/a|b/i Case\n/\\<word\\>/ whole\n/q*?/ any\n",
        "u@d|aa|AAAA|aaaa|1.5|123|-|bc|(b)c|B|b|a word|awordb|zz")]
    [InlineData("regexp", "if /^x/\n/y/ xy\nendif\nif !/^x/\n/y/ notx\nendif\n/[%!@].*[%!@]/ routing\n/^[]a-]+$/ bracket\n/(a)(b)?c/ [$1$2]\n/{/ brace\n/\\.$/ dot\n",
        "xy|ay|a%b@c|]-a|ac|abc|{|end.|none")]
    public async Task Files_answer_alike(string type, string rules, string keys)
    {
        var file = _folder.File("table");
        await File.WriteAllTextAsync(file, rules);
        await CompareAsync($"{type}:{file}", keys.Split('|'));
    }

    [Theory]
    [InlineData("inline:{a=b, {c = d e, f}, a=z}", "a|c|x|A")]
    [InlineData("static:{foo bar}", "x|y")]
    [InlineData("unionmap:{inline:{a=1,b=2},inline:{a=3},pcre:{{/c/ 4}}}", "a|b|c|d")]
    [InlineData("pipemap:{inline:{a=b,c=d},inline:{b=z}}", "a|c|x")]
    [InlineData("pipemap:{pcre:{{/^(.*)@/ $1}},inline:{joe=found}}", "joe@example.com|jane@example.com|joe")]
    [InlineData("randmap:{one}", "a|b")]
    [InlineData("cidr:{{192.0.2.0/24 in}, {!192.0.2.0/24 out}}", "192.0.2.1|10.0.0.1|x")]
    [InlineData("regexp:{{/(a)/ <$1>}, {if /b/}, {/c/ bc}, {endif}}", "a|bc|c")]
    public async Task Tables_in_their_name_answer_alike(string table, string keys) => await CompareAsync(table, keys.Split('|'));

    [Theory]
    [InlineData("fail:x")]
    [InlineData("inline:{}")]
    [InlineData("inline:{c}")]
    [InlineData("unionmap:{}")]
    [InlineData("nosuch:x")]
    [InlineData("pcre:/no/such/file")]
    [InlineData("unionmap:{inline:{a=1},fail:x}")]
    public async Task What_postmap_refuses_is_refused(string table)
    {
        (await Tool.RunAsync("postmap", ["-q", "a", table])).ExitCode.ShouldBe(1);
        (await OursAsync(["-q", "a", table])).ExitCode.ShouldBe(1);
    }

    [Theory]
    [InlineData("a 1\n", 0)]
    [InlineData("bad\na 1\na 2\n", 0)]
    [InlineData(null, 1)]
    public async Task Checking_a_table_ends_alike(string? text, int expected)
    {
        var file = _folder.File("table");
        if (text is not null) await File.WriteAllTextAsync(file, text);
        (await Tool.RunAsync("postmap", [$"hash:{file}"])).ExitCode.ShouldBe(expected);
        (await OursAsync([$"hash:{file}"])).ExitCode.ShouldBe(expected);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>All keys at once by standard input, and each by itself.</summary>
    private static async Task CompareAsync(string table, string[] keys)
    {
        var lines = string.Join('\n', keys) + "\n";
        var theirs = await Tool.RunAsync("postmap", ["-q", "-", table], lines);
        var ours = await OursAsync(["-q", "-", table], lines);
        ours.Output.ShouldBe(theirs.Output, $"postmap warned: {theirs.Error}\nwe warned: {ours.Error}");
        ours.ExitCode.ShouldBe(theirs.ExitCode);
        foreach (var key in keys.Where(k => k.Length > 0).Take(3))
            (await OursAsync(["-q", key, table])).Output.ShouldBe((await Tool.RunAsync("postmap", ["-q", key, table])).Output);
    }

    private static async Task<ToolResult> OursAsync(string[] args, string input = "")
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var status = await new TableCommand("postmap", isForAliases: false, new StringReader(input), output, error).RunAsync(args);
        return new ToolResult(status, output.ToString(), error.ToString());
    }
}
