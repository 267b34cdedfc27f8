namespace BulkRelay.Core.Egress.Sasl;

/// <summary>Says what is wrong with a challenge; null if nothing is.</summary>
/// <param name="number">Which one it is, from zero.</param>
/// <param name="challenge">What the server says.</param>
/// <param name="initial">What the client said first.</param>
internal delegate string? ChallengeCheck(int number, string challenge, string initial);
