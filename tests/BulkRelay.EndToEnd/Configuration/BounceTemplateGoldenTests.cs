namespace BulkRelay.EndToEnd.Configuration;

/// <summary>The words of reports as <c>postconf -b</c> and <c>-t</c> show them: Postfix's and ours, the built-in ones and those of a file.</summary>
public sealed class BounceTemplateGoldenTests
{
    private const string Settings = "myhostname = relay.example.test\ndelay_warning_time = 4h\n";

    private const string Templates = """
        # our words
        failure_template = <<END
        Subject: No luck
        Postmaster-Subject: Copy

        At $myhostname, 5$$, ${delay_warning_time_minutes} minutes, $maximal_queue_lifetime_days days.
           The end
        END

        delay_template = <<EOF
        Words without a header.
        EOF

        """;

    [Theory]
    [InlineData("-b")]
    [InlineData("-t")]
    public async Task Built_in_words_are_the_same(string option)
    {
        using var pair = new ConfigPair(Settings);
        await pair.SameAsync(option);
    }

    [Theory]
    [InlineData("-b")]
    [InlineData("-t")]
    public async Task The_words_of_a_file_are_the_same(string option)
    {
        using var pair = new ConfigPair(Settings);
        var file = Path.Combine(pair.Path, "bounce.cf");
        await File.WriteAllTextAsync(file, Templates);
        await pair.SameAsync(option, file);
    }
}
