using BulkRelay.Core.Configuration;

namespace BulkRelay.Tests.Configuration;

public class PostfixParametersTests
{
    private static ParameterSpace Space(string level) =>
        ConfigLoader.Parse($"compatibility_level = {level}\n", "", "/etc/bulkrelay", ConfigOverrides.None).Snapshot!.Space;

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3.5")]
    [InlineData("3.6")]
    [InlineData("3.7")]
    public void A_default_is_postfixs_at_each_level_unless_the_list_of_differences_says_why_not(string level)
    {
        var space = Space(level);
        string? Expand(string name, string text) => space.Expand(new Setting(name, text, "default", 0), out _);

        var wrong = ParameterCatalog.All
            .Where(p => PostfixParameters.Defaults.ContainsKey(p.Name) && !DefaultDifferences.Intended.ContainsKey(p.Name)
                && !DefaultDifferences.OfTheMachine.Contains(p.Name))
            .Where(p => Words(Expand(p.Name, p.DefaultText)) != Words(Expand(p.Name, PostfixParameters.Defaults[p.Name])))
            .Select(p => $"{p.Name}: '{p.DefaultText}' is '{PostfixParameters.Defaults[p.Name]}' in Postfix: take that, or give the reason in DefaultDifferences.cs");

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void Nothing_decides_about_relaying_by_default_at_level_0() =>
        Space("0").Expand("smtpd_relay_restrictions", out _).ShouldBeEmpty();

    [Fact]
    public void A_parameter_that_postfix_does_not_have_is_marked_as_own() =>
        ParameterCatalog.All.Where(p => p.IsOwn == PostfixParameters.Defaults.ContainsKey(p.Name)).Select(p => p.Name).ShouldBeEmpty();

    [Fact]
    public void The_list_of_differences_names_only_real_ones() =>
        DefaultDifferences.Intended.Keys
            .Where(n => ParameterCatalog.Find(n) is not { } p || Words(p.DefaultText) == Words(PostfixParameters.Defaults.GetValueOrDefault(n)))
            .ShouldBeEmpty();

    [Fact]
    public void Every_default_expands_and_parses() =>
        ConfigLoader.Parse("", "", "/etc/bulkrelay", ConfigOverrides.None).Faults.ShouldBeEmpty();

    [Fact]
    public void Every_parameter_says_what_it_does() =>
        ParameterCatalog.All.Where(p => p.Documentation.Length < 10 || !p.Documentation.EndsWith('.')).Select(p => p.Name).ShouldBeEmpty();

    private static string Words(string? text) => string.Join(' ', ParameterList.TrySplit(text ?? "", out _) ?? [text ?? ""]);
}
