using System.Text;
using BulkRelay.Core.Configuration;
using MailKit.Security;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>
/// The client's side of one authentication (RFC 4422 section 3): a mechanism of MailKit, with what it says to which challenge. It takes as
/// many challenges as the mechanism has and has a fault for the next, so a server cannot keep it going; what MailKit throws at a challenge is
/// a fault as well.
/// </summary>
internal sealed class SaslExchange(SaslMechanism mechanism, MailKit.Security.SaslMechanism client)
{
    public const string WrongProof = "the server's signature is wrong: it does not know the password, and is not the one it claims to be";

    private string _initial = "";
    private int _challenges;

    /// <summary>Why the server did not like it, as far as the mechanism has a place for that: the server's own words, unfiltered.</summary>
    public string Explanation { get; private set; } = "";

    /// <summary>What the client says first, of itself; neither response nor fault if the server begins. Once, and before all else.</summary>
    public SaslStep Begin()
    {
        if (!client.SupportsInitialResponse) return default;
        var step = Ask(null);
        if (step.Response is { } response) _initial = Encoding.UTF8.GetString(response);
        return step;
    }

    /// <summary>The answer to a challenge, or what is wrong with the challenge.</summary>
    public SaslStep Respond(ReadOnlySpan<byte> challenge)
    {
        if (_challenges == mechanism.Challenges) return SaslStep.TooMany;
        var text = Encoding.UTF8.GetString(challenge);
        if (mechanism.TakesToken) Explanation = text;
        return mechanism.Check(_challenges++, text, _initial) is { } fault ? SaslStep.Stop(fault) : Ask(Convert.ToBase64String(challenge));
    }

    /// <summary>Null if a success of which the server speaks is to be believed; otherwise why it is not.</summary>
    public string? CheckSuccess() => client.IsAuthenticated || !mechanism.Security.HasFlag(SaslSecurity.MutualAuth)
        ? null : "the server has not shown that it knows the password";

    private SaslStep Ask(string? challenge)
    {
        try
        {
            return SaslStep.Send(Convert.FromBase64String(client.Challenge(challenge)));
        }
        // Its words are left out: they tell the signature that would have been right.
        catch (SaslException e) when (e.ErrorCode == SaslErrorCode.IncorrectHash)
        {
            return SaslStep.Stop(WrongProof);
        }
        catch (SaslException e)
        {
            return SaslStep.Stop(e.Message);
        }
        // What MailKit's readers of challenges throw at some that make no sense.
        catch (Exception e) when (e is ArgumentException or FormatException or IndexOutOfRangeException or OverflowException)
        {
            return SaslStep.Stop("the server's challenge makes no sense");
        }
    }
}
