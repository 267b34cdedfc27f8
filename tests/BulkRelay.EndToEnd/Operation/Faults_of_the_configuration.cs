using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Operation;

/// <summary>What is wrong with a configuration is said alike by <c>check</c>, at the start and at a reload: all of it, a line each.</summary>
public sealed class Faults_of_the_configuration
{
    [Fact]
    public async Task Check_start_and_reload_say_the_same_lines()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("transport"), "a.test smtp:[127.0.0.1]\nb.test slow:[127.0.0.1]\nc.test lmtp:unix:/x\n");
        await File.WriteAllTextAsync(folder.File("access"), "a.test REJEKT\nb.test FILTER scan:[127.0.0.1]\n");
        await File.WriteAllTextAsync(folder.File("policy"), "a.test enkrypt\n");
        await using var relay = new RelayProcess($$"""
            transport_maps = hash:{{folder.File("transport")}}
            smtp_tls_policy_maps = hash:{{folder.File("policy")}}
            smtpd_client_restrictions = check_client_access hash:{{folder.File("access")}}, check_policy_service unix:private/policy
            smtpd_sasl_auth_enable = yes
            smtpd_sasl_type = dovecot
            smtpd_sasl_path = private/auth
            defer_transports = slow
            """, services: ["lmtp unix - - n - - lmtp"]);

        var expected = Warnings((await relay.CommandAsync("check")).Succeeded());
        await relay.StartAsync();
        var reload = await relay.CommandAsync("reload");
        reload.Succeeded();

        string[] places =
            ["transport:2:", "transport:3:", "access:1:", "access:2:", "policy:1:", "main.cf:10:", "main.cf:13:", "main.cf:14:", "master.cf:7:"];
        places.ShouldAllBe(place => expected.Count(line => line.Contains($"/{place}", StringComparison.Ordinal)) == 1, string.Join('\n', expected));
        Warnings(reload.Error).ShouldBe(expected);
        Warnings(relay.Output).ShouldBe(expected);
    }

    private static List<string> Warnings(string text) =>
        [.. text.Split('\n').Where(l => l.Contains(": warning: ", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
