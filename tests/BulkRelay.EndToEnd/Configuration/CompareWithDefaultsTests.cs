using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Configuration;

/// <summary>A shell script from a guide to Postfix that shows each setting beside its default, run on <c>postconf</c> through a link.</summary>
public sealed class CompareWithDefaultsTests
{
    private const string Script = """
        set -o pipefail
        CONF_CURRENT="$(postconf -n)"
        while read LINE; do
          KEY="$(sed -r 's/^([[:alnum:]_$-]+)\s*=.*$/\1/' <<< "$LINE")"
          VALUE="$(sed -r 's/.*=\s*([^=]+)$/\1/' <<< "$LINE")"
          if [ -z "$VALUE" ] || grep -qE '=$' <<< "$VALUE"; then VALUE="NULL"; fi
          DEFAULT="$(postconf -d "$KEY" 2>&1 | sed -r 's/.*=\s*([^=]+)$/\1/')"
          if grep -qE 'unknown parameter' <<< "$DEFAULT"; then DEFAULT="NO DEFAULT"
          elif [ -z "$DEFAULT" ] || grep -Eq '=$' <<< "$DEFAULT"; then DEFAULT="NULL"; fi
          echo "$KEY: current '$VALUE', default '$DEFAULT'"
        done <<< "${CONF_CURRENT}"
        """;

    [Fact]
    public async Task The_script_prints_what_it_should()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("main.cf"), "default_destination_recipient_limit = 5\nmy_own = x\nrelayhost = $my_own\ntransport_maps =\n");
        await File.WriteAllTextAsync(folder.File("master.cf"), "");
        File.CreateSymbolicLink(folder.File("postconf"), Path.Combine(AppContext.BaseDirectory, "bulkrelay"));
        var environment = new Dictionary<string, string>
        {
            ["BULKRELAY_config_directory"] = folder.Path,
            ["PATH"] = $"{folder.Path}:{Environment.GetEnvironmentVariable("PATH")}",
        };

        var result = await Tool.RunAsync("bash", ["-c", Script], environment: environment);

        result.Succeeded().ShouldBe("""
            default_destination_recipient_limit: current '5', default '50'
            my_own: current 'x', default 'NO DEFAULT'
            relayhost: current '$my_own', default 'NULL'
            transport_maps: current 'NULL', default 'NULL'

            """.ReplaceLineEndings("\n"));
    }
}
