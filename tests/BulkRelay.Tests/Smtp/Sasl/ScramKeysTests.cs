using BulkRelay.Smtp.Sasl;

namespace BulkRelay.Tests.Smtp.Sasl;

public sealed class ScramKeysTests
{
    private static readonly byte[] Salt = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    [Fact]
    public void Keys_that_were_written_and_read_match_the_password_and_no_other()
    {
        ScramKeys.TryParse(ScramKeys.Derive("geheim", Salt, 10).Format(), out var keys).ShouldBeTrue();
        keys.ShouldNotBeNull().Matches("geheim").ShouldBeTrue();
        keys.Matches("Geheim").ShouldBeFalse();
        keys.Matches("").ShouldBeFalse();
        keys.Iterations.ShouldBe(10);
    }

    [Fact]
    public void Passwords_that_look_the_same_are_the_same() =>
        ScramKeys.Derive("Gehei\u00AAm\u00A0x", Salt, 10).Matches("Geheiam x").ShouldBeTrue();

    [Fact]
    public void The_form_is_that_of_RFC_5803_here_for_the_example_of_RFC_7677() =>
        ScramKeys.Derive("pencil", Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096).Format()
            .ShouldBe("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");

    [Theory]
    [InlineData("SCRAM-SHA-256$0:AQID$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=")]
    [InlineData("SCRAM-SHA-256$99999999:AQID$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=")]
    [InlineData("SCRAM-SHA-256$4096:$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=")]
    [InlineData("SCRAM-SHA-256$4096:AQID$WG5d8oPm:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=")]
    [InlineData("SCRAM-SHA-256$4096:AQID$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=")]
    [InlineData("SCRAM-SHA-1$4096:AQID$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=")]
    [InlineData("")]
    public void What_is_no_form_of_keys_is_refused(string text) => ScramKeys.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Keys_of_nobody_match_nothing() => ScramKeys.Impossible(Salt, 10).Matches("").ShouldBeFalse();
}
