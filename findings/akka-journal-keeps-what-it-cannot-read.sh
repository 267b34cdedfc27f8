#!/usr/bin/env bash
# What one expects: an event that a journal has taken is there after a restart. What the serializer cannot bring back is rejected when it is written
# (OnPersistRejected), while there is somebody who can act on it.
#
# What happens: with the serializer that Akka.Persistence uses for types of one's own unless told otherwise, a record with a list that was written as a
# collection expression is taken and acknowledged. It cannot be read: recovery fails at it each time, and the actor never comes back to the events
# behind it. The list of the record is declared as IReadOnlyList<string>; what the compiler makes of ["x", "y"] has no constructor that the
# serializer could use.
#
# Seen with: Akka.Persistence 1.5.74 (Newtonsoft.Json as its default serializer), .NET 10. The journal in memory is told to serialize, as a real one does.
# Source: src/core/Akka/Serialization/NewtonSoftJsonSerializer.cs; https://getakka.net/articles/serialization/serialization.html.
#
# Needs: a .NET 10 SDK (see private-dotnet). Ends with 0 if it behaves as described, with 1 if that has changed.
set -eu
packages='Akka.Persistence=1.5.74'
# shellcheck source=findings/private-dotnet
. "$(dirname "$(readlink -f "$0")")/private-dotnet"

program <<'CS' | tee seen
using Akka.Actor;
using Akka.Serialization;

using var system = ActorSystem.Create("finding");
foreach (var (how, written) in new (string, Sent)[] { ("array", new(new[] { "x", "y" })), ("List", new(new List<string> { "x", "y" })), ("collection-expression", new(["x", "y"])) })
{
    var serializer = (NewtonSoftJsonSerializer)system.Serialization.FindSerializerFor(written);
    var octets = serializer.ToBinary(written);
    try
    {
        Console.WriteLine($"{how,-24} written, read: {string.Join(' ', ((Sent)serializer.FromBinary(octets, typeof(Sent))).To)}");
    }
    catch (Exception e)
    {
        Console.WriteLine($"{how,-24} written, not read: {e.GetType().Name}: {e.Message.Split('.')[0]}");
    }
}

internal sealed record Sent(IReadOnlyList<string> To);
CS
grep -q '^array .* read: x y$' seen && grep -q '^List .* read: x y$' seen && grep -q '^collection-expression .* not read: ' seen
