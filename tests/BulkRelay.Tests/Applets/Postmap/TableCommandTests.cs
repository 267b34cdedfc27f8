using BulkRelay.Server.Applets.Postmap;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Applets.Postmap;

public sealed class TableCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    [Fact]
    public async Task A_clean_table_is_checked_without_a_word_and_no_file_is_made()
    {
        var file = _folder.Write("transport", "example.com smtp:[mx]\n");
        (await Postmap($"hash:{file}", $"lmdb:{file}", file)).ShouldBe(0);
        (_output.ToString() + _error).ShouldBeEmpty();
        Directory.GetFiles(_folder.Path).ShouldBe([file]);
    }

    [Fact]
    public async Task Duplicates_and_bad_lines_are_told_with_file_and_line_and_are_no_failure()
    {
        var file = _folder.Write("t", "a 1\nA 2\nbad\nk: v\n");
        (await Postmap($"hash:{file}")).ShouldBe(0);
        _error.ToString().ShouldBe($"""
            postmap: warning: {file}, line 2: duplicate entry: "a"
            postmap: warning: {file}, line 3: expected format: key whitespace value -- ignoring this line
            postmap: warning: {file}, line 4: record is in "key: value" format; is this an alias file?

            """);
        _error.GetStringBuilder().Clear();
        await Postmap("-r", $"hash:{file}");
        _error.ToString().ShouldNotContain("duplicate");
    }

    [Fact]
    public async Task A_missing_source_says_which_file_and_what_to_do()
    {
        (await Postmap("btree:/no/such/file")).ShouldBe(1);
        _error.ToString().ShouldStartWith("postmap: fatal: table btree:/no/such/file: source file /no/such/file: no such file: create it");
    }

    [Theory]
    [InlineData("a = b\nno equals sign\n", "line 2: missing '=' after attribute name: ")]
    [InlineData("myhostname = ${x\n", "line 1: myhostname: truncated macro reference: \"${x\": ")]
    public async Task A_main_cf_that_makes_no_sense_ends_the_command_as_with_Postfix(string text, string fault)
    {
        var main = _folder.Write("main.cf", text);
        (await Postmap("-c", _folder.Path, "-q", "a", "inline:{a=b}")).ShouldBe(1);
        _error.ToString().ShouldStartWith($"postmap: fatal: {main}, {fault}");
    }

    [Fact]
    public async Task A_query_prints_the_value_or_exits_with_1()
    {
        var file = _folder.Write("t", "Key value of it\n");
        (await Postmap("-q", "key", $"hash:{file}")).ShouldBe(0);
        _output.ToString().ShouldBe("value of it\n");
        (await Postmap("-q", "other", $"hash:{file}")).ShouldBe(1);
        _error.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_first_table_that_knows_the_key_answers()
    {
        (await Postmap("-q", "a", "inline:{x=1}", "inline:{a=2}", "inline:{a=3}")).ShouldBe(0);
        _output.ToString().ShouldBe("2\n");
    }

    [Fact]
    public async Task Keys_come_from_standard_input_and_one_that_is_found_is_enough()
    {
        (await Command("a\nzz\nb\n").RunAsync(["-q", "-", "inline:{a=1, b=2}"])).ShouldBe(0);
        _output.ToString().ShouldBe("a\t1\nb\t2\n");
        (await Command("zz\n").RunAsync(["-q", "-", "inline:{a=1}"])).ShouldBe(1);
    }

    [Fact]
    public async Task Without_folding_case_matters()
    {
        var file = _folder.Write("t", "Key 1\n");
        (await Postmap("-fq", "Key", $"hash:{file}")).ShouldBe(0);
        (await Postmap("-fq", "key", $"hash:{file}")).ShouldBe(1);
    }

    [Fact]
    public async Task All_entries_are_listed()
    {
        (await Postmap("-s", $"hash:{_folder.Write("t", "B  1\na 2 3\n")}")).ShouldBe(0);
        _output.ToString().ShouldBe("b\t1\na\t2 3\n");
        (await Postmap("-s", "static:x")).ShouldBe(1);
    }

    [Fact]
    public async Task A_table_that_cannot_answer_is_a_failure_not_an_absence()
    {
        (await Postmap("-q", "a", "fail:x")).ShouldBe(1);
        _error.ToString().ShouldStartWith("postmap: fatal: table fail:x: query error: ");
    }

    [Fact]
    public async Task The_default_type_comes_from_the_configuration()
    {
        _folder.Write("main.cf", "default_database_type = cidr\n");
        _folder.Write("master.cf", "");
        (await Postmap("-c", _folder.Path, "-q", "192.0.2.1", _folder.Write("nets", "192.0.2.0/24 yes"))).ShouldBe(0);
        _output.ToString().ShouldBe("yes\n");
    }

    [Theory]
    [InlineData("-z", "invalid option -- 'z'")]
    [InlineData("-q", "option requires an argument -- 'q'")]
    [InlineData("", "usage: postmap")]
    [InlineData("-d key hash:/x", "edit the file")]
    [InlineData("-i hash:/x", "edit the file")]
    [InlineData("-hmq - hash:/x", "one a line")]
    [InlineData("-c /no/such/folder hash:/x", "no such folder")]
    [InlineData("nosuch:/x", "unsupported dictionary type: nosuch")]
    public async Task A_mistake_is_told(string args, string message)
    {
        (await Postmap(args.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ShouldBe(1);
        _error.ToString().ShouldContain(message);
    }

    [Fact]
    public async Task Alias_files_are_checked_by_their_own_rules()
    {
        var file = _folder.Write("aliases", "# all\nroot: joe\nlist: a@b,\n  c@d\n\"odd name\": x\nbad line\n: x\nRoot: again\nmany: :include:/list\nopen: \"x\nempty:\n");
        var command = new TableCommand("postalias", isForAliases: true, TextReader.Null, _output, _error);
        (await command.RunAsync([$"hash:{file}"])).ShouldBe(0);
        _error.ToString().Trim().Split('\n').ShouldBe([
            $"postalias: warning: {file}, line 6: need name:value pair -- ignoring this line",
            $"postalias: warning: {file}, line 7: need name:value pair -- ignoring this line",
            $"postalias: warning: {file}, line 8: duplicate entry: \"root\"",
            $"postalias: warning: {file}, line 11: need name:value pair -- ignoring this line",
        ]);
        (await command.RunAsync(["-q", "odd name", $"hash:{file}"])).ShouldBe(0);
        (await command.RunAsync(["-q", "LIST", $"hash:{file}"])).ShouldBe(0);
        (await command.RunAsync(["-q", "many", $"hash:{file}"])).ShouldBe(0);
        _output.ToString().ShouldBe("x\na@b, c@d\n:include:/list\n");
    }

    [Fact]
    public async Task Newaliases_checks_the_files_that_the_configuration_names()
    {
        var file = _folder.Write("aliases", "bad line\n");
        _folder.Write("main.cf", $"alias_database = hash:{file}\n");
        _folder.Write("master.cf", "");
        (await NewaliasesApplet.RunAsync(["-c", _folder.Path], _output, _error)).ShouldBe(0);
        _error.ToString().ShouldBe($"newaliases: warning: {file}, line 1: need name:value pair -- ignoring this line\n");
    }

    [Fact]
    public async Task Relative_names_of_the_configuration_count_from_its_folder_even_if_it_has_errors()
    {
        var file = _folder.Write("aliases", "bad line\n");
        _folder.Write("main.cf", "alias_database = hash:aliases\nsmtpd_timeout = soon\n");
        _folder.Write("master.cf", "");
        (await NewaliasesApplet.RunAsync(["-c", _folder.Path], _output, _error)).ShouldBe(0);
        _error.ToString().ShouldBe($"newaliases: warning: {file}, line 1: need name:value pair -- ignoring this line\n");
    }

    public void Dispose() => _folder.Dispose();

    private Task<int> Postmap(params string[] args) => Command("").RunAsync(args);

    private TableCommand Command(string input) => new("postmap", isForAliases: false, new StringReader(input), _output, _error);
}
