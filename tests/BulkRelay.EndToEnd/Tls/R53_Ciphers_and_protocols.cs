using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Tls;

/// <summary>The server's part of a page's block about TLS, its advice on forward secrecy, its way to see more, and what fails at the start.</summary>
public sealed class R53_Ciphers_and_protocols : IAsyncLifetime
{
    private readonly TlsFiles _files = new();
    private RelayProcess? _relay;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_relay is not null) await _relay.DisposeAsync();
        _files.Dispose();
    }

    [Fact]
    public async Task R53_The_servers_block_works_and_what_the_stack_does_not_know_is_named()
    {
        var check = await StartAsync("""
            ### Customs
            ciphers_insecure = RC4
            cipher_suite_minimum = high
            protocols_insecure = !SSLv2,!SSLv3,!TLSv1
            tls_security_level = may

            ### SMTPD Server
            smtpd_tls_ciphers = $cipher_suite_minimum
            smtpd_tls_exclude_ciphers = $ciphers_insecure
            smtpd_tls_fingerprint_digest = sha1
            smtpd_tls_mandatory_ciphers = $cipher_suite_minimum
            smtpd_tls_mandatory_exclude_ciphers = $ciphers_insecure
            smtpd_tls_mandatory_protocols = $protocols_insecure
            smtpd_tls_protocols=$protocols_insecure
            smtpd_tls_security_level = $tls_security_level
            """);
        check.ShouldContain("warning: smtpd_tls_exclude_ciphers: this TLS stack does not have the cipher RC4");
        check.ShouldContain("0 errors, 1 warnings");
        (await SClient.AskAsync(_relay!.Port, "-tls1_3")).ShouldContain("New, TLSv1.3, Cipher is TLS_AES_");
        (await SClient.AskAsync(_relay.Port, "-tls1_2")).ShouldContain("New, TLSv1.2, Cipher is ECDHE-RSA-AES256-GCM-SHA384");
        (await SClient.AskAsync(_relay.Port, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0")).ShouldContain("alert protocol version");
    }

    [Fact]
    public async Task Protocols_and_ciphers_are_those_that_are_asked_for()
    {
        await StartAsync("""
            smtpd_tls_security_level = may
            smtpd_tls_protocols = <=TLSv1.2
            smtpd_tls_exclude_ciphers = kECDHE, AESGCM
            """);
        (await SClient.AskAsync(_relay!.Port)).ShouldContain("New, TLSv1.2, Cipher is AES256-");
        (await SClient.AskAsync(_relay.Port, "-tls1_2", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384")).ShouldContain("alert handshake failure");
        (await SClient.AskAsync(_relay.Port, "-tls1_3")).ShouldContain("alert protocol version");
    }

    [Fact]
    public async Task R54_Forward_secrecy_is_a_must_at_grade_strong_and_files_for_it_are_not_needed()
    {
        var check = await StartAsync($"""
            smtpd_tls_security_level = may
            smtpd_tls_eecdh_grade = strong
            smtpd_tls_dh1024_param_file = {_files.PathOf("dh_2048.pem")}
            tls_eecdh_auto_curves = X25519 prime256v1
            """);
        check.ShouldMatch(
            @"no cipher that is in use needs parameters of one's own: the file no longer matters:\s+smtpd_tls_dh1024_param_file\n");
        check.ShouldMatch(@"the TLS stack chooses the groups of ephemeral keys itself, all of them strong:\s+tls_eecdh_auto_curves\n");
        (await SClient.AskAsync(_relay!.Port, "-tls1_2")).ShouldContain("Cipher is ECDHE-");
        (await SClient.AskAsync(_relay.Port, "-tls1_2", "-cipher", "kRSA")).ShouldContain("alert handshake failure");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task R17_Each_level_of_the_log_tells_more(int level)
    {
        await StartAsync($"smtpd_tls_security_level = may\nsmtpd_tls_received_header = yes\nsmtpd_tls_loglevel = {level}");
        await using (var client = SClient.Start(_relay!.Port))
        {
            (await client.CommandAsync("EHLO secret-name.test")).ShouldBe("250 CHUNKING");
            (await client.CommandAsync("QUIT")).ShouldBe("221 2.0.0 Bye");
        }
        await _relay.StopAsync();
        var log = await File.ReadAllTextAsync(_relay.LogFile);
        log.Contains("Anonymous TLS connection established from localhost[127.0.0.1]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)", StringComparison.Ordinal)
            .ShouldBe(level >= 1, log);
        log.Contains("setting up TLS connection from localhost[127.0.0.1]", StringComparison.Ordinal).ShouldBe(level >= 2, log);
        log.Contains(": 0000 16 03 01 ", StringComparison.Ordinal).ShouldBe(level >= 3, log);
        // Records of the session itself begin with 17 03 03.
        log.Split("\n").SkipWhile(l => !l.Contains("connection established", StringComparison.Ordinal))
            .Any(l => l.Contains(": 0000 17 03 03 ", StringComparison.Ordinal)).ShouldBe(level == 4, log);
    }

    [Fact]
    public async Task R16_A_CApath_that_is_not_there_is_told_with_all_other_faults_and_ends_the_start()
    {
        var folder = _files.PathOf("nowhere");
        _relay = new RelayProcess($"""
            smtpd_tls_security_level = may
            smtpd_tls_cert_file = {_files.ServerCertificate}
            smtpd_tls_key_file = {_files.CaFile}
            smtpd_tls_CApath = {folder}
            """);
        (await _relay.StartOrDieAsync(null)).ShouldBeFalse();
        _relay.Output.ShouldContain($"smtpd_tls_CApath: cannot load Certification Authority data, {folder}: No such file or directory");
        _relay.Output.ShouldContain($"smtpd_tls_key_file: {_files.CaFile}: there is no private key in it");
    }

    [Fact]
    public async Task R16_A_CApath_with_names_by_hash_is_used()
    {
        var folder = Directory.CreateDirectory(_files.PathOf("certs")).FullName;
        File.Copy(_files.CaFile, Path.Combine(folder, "ca.pem"));
        (await Tool.RunAsync("openssl", ["rehash", folder])).Succeeded();
        var certificate = _files.Write("client", Tests.TestKit.TestCertificate.Make("client.test", _files.Authority));
        _relay = new RelayProcess($"""
            smtpd_tls_security_level = encrypt
            smtpd_tls_cert_file = {_files.ServerCertificate}
            smtpd_tls_key_file = {_files.ServerKey}
            smtpd_tls_CApath = {folder}
            smtpd_tls_req_ccert = yes
            """);
        await _relay.StartAsync();
        await using var client = SClient.Start(_relay.Port, certificate);
        (await client.CommandAsync("EHLO client.test")).ShouldBe("250 CHUNKING");
    }

    /// <summary>What <c>check</c> says about it.</summary>
    private async Task<string> StartAsync(string mainCf)
    {
        _relay = new RelayProcess($"default_transport = discard:\n{_files.MainCf}\n{mainCf}");
        var check = (await _relay.CommandAsync("check")).Succeeded();
        await _relay.StartAsync();
        return check;
    }
}
