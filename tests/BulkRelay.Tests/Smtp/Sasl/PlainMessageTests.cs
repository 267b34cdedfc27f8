using System.Text;
using BulkRelay.Smtp.Sasl;

namespace BulkRelay.Tests.Smtp.Sasl;

public sealed class PlainMessageTests
{
    [Theory]
    [InlineData("\0test\0testtest", "", "test", "testtest")]
    [InlineData("test\0test\0testtest", "test", "test", "testtest")]
    [InlineData("\0müller\0pässwort", "", "müller", "pässwort")]
    public void A_message_has_three_parts(string message, string authorization, string login, string password)
    {
        PlainMessage.TryParse(Encoding.UTF8.GetBytes(message), out var parsed).ShouldBeTrue();
        Encoding.UTF8.GetString(parsed.Authorization).ShouldBe(authorization);
        Encoding.UTF8.GetString(parsed.Login).ShouldBe(login);
        Encoding.UTF8.GetString(parsed.Password).ShouldBe(password);
    }

    [Theory]
    [InlineData("")]
    [InlineData("test")]
    [InlineData("\0test")]
    [InlineData("\0\0password")]
    [InlineData("\0test\0")]
    [InlineData("\0test\0pass\0word")]
    public void What_has_not_three_is_refused(string message) => PlainMessage.TryParse(Encoding.UTF8.GetBytes(message), out _).ShouldBeFalse();

    [Fact]
    public void Broken_UTF8_and_endless_parts_are_refused()
    {
        PlainMessage.TryParse([0, 0xC3, 0, (byte)'x'], out _).ShouldBeFalse();
        PlainMessage.TryParse(Encoding.ASCII.GetBytes($"\0{new string('x', PlainMessage.MaxPart + 1)}\0p"), out _).ShouldBeFalse();
        PlainMessage.TryParse(Encoding.ASCII.GetBytes($"\0x\0{new string('p', PlainMessage.MaxPart + 1)}"), out _).ShouldBeFalse();
    }
}
