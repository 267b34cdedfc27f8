#!/usr/bin/env bash
# What one expects: the SASL mechanisms of MailKit are public classes with a public Challenge(), so a program that speaks its own protocol can sign in
# with each of them. SCRAM-SHA-256-PLUS either binds to the channel or says that it cannot: RFC 5802 section 6 wants "p=..." with a -PLUS mechanism,
# and a server has to refuse anything else.
#
# What happens: what some of them need can be set inside MailKit alone (the internal properties Uri and ChannelBindingContext). Without it OAUTHBEARER
# and DIGEST-MD5 end with InvalidOperationException, and SCRAM-SHA-256-PLUS begins with "n,,": the name of the mechanism with binding, the words of a
# client that cannot bind. PLAIN, LOGIN, CRAM-MD5, XOAUTH2, NTLM and SCRAM without -PLUS work.
#
# Seen with: MailKit 4.18.2.
# Source: MailKit/Security/SaslMechanism.cs (Uri, ChannelBindingContext), SaslMechanismScramBase.cs, SaslMechanismOAuthBearer.cs, SaslMechanismDigestMd5.cs.
#
# Needs: a .NET 10 SDK (see private-dotnet). Ends with 0 if MailKit behaves as described, with 1 if that has changed.
set -eu
packages='MailKit=4.18.2'
# shellcheck source=findings/private-dotnet
. "$(dirname "$(readlink -f "$0")")/private-dotnet"

program <<'CS' | tee seen
using System.Text;
using MailKit.Security;

SaslMechanism[] mechanisms =
[
    new SaslMechanismScramSha256("user", "secret"), new SaslMechanismScramSha256Plus("user", "secret"),
    new SaslMechanismOAuthBearer("user", "token"), new SaslMechanismDigestMd5("user", "secret"),
];
foreach (var mechanism in mechanisms)
{
    try
    {
        var first = Encoding.UTF8.GetString(Convert.FromBase64String(mechanism.Challenge("") ?? ""));
        Console.WriteLine($"{mechanism.MechanismName,-20} {first.Split(",n=")[0]},");
    }
    catch (InvalidOperationException e)
    {
        Console.WriteLine($"{mechanism.MechanismName,-20} {e.GetType().Name}");
    }
}
CS
[ "$(awk '{ print $2 }' seen | paste -sd ' ')" = "n,, n,, InvalidOperationException InvalidOperationException" ]
