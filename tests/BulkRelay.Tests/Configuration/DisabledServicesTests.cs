using BulkRelay.Core.Configuration;

namespace BulkRelay.Tests.Configuration;

public sealed class DisabledServicesTests
{
    [Theory]
    [InlineData("inet", true)]
    [InlineData("127.0.0.1:25/inet", true)]
    [InlineData("127.0.0.1:25.inet", true)]
    [InlineData("127.0.0.1:25/unix", false)]
    [InlineData("25/inet", false)]
    public void A_service_is_named_by_its_type_or_by_name_and_type(string entry, bool covers) =>
        DisabledServices.Covers(["other/unix", entry], "127.0.0.1:25", "inet").ShouldBe(covers);
}
