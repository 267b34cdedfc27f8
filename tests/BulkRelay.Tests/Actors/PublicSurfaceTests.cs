using System.Reflection;
using System.Runtime.CompilerServices;

namespace BulkRelay.Tests.Actors;

/// <summary>The kernel's surface is frozen, and is a subset of Akka.NET's: what compiles against the kernel compiles against Akka.NET.</summary>
public sealed class PublicSurfaceTests
{
    /// <summary>
    /// Names of Akka.NET 1.5 (namespaces Akka.Actor and Akka.Event), as far as they are used here. A name that is to be added has to be
    /// found in Akka.NET's own approved surface first, with the same parameters.
    /// </summary>
    private const string AkkaNames = """
        ActorBase: Context PostRestart PostStop PreRestart PreStart Self Sender SupervisorStrategy Unhandled
        ActorInitializationException: Actor ToString
        ActorKilledException:
        ActorPath: Equals GetHashCode Name ToString op_Equality op_Inequality
        ActorRefExtensions: IsNobody
        ActorRefImplicitSenderExtensions: Forward Tell
        ActorRefs: NoSender Nobody
        ActorSystem: ActorOf Create DeadLetters Dispose EventStream Name Stop Terminate ToString WhenTerminated
        AkkaException:
        AskTimeoutException:
        DeadLetter: Message Recipient Sender ToString
        DeathPactException: DeadActor
        Directive: Escalate Restart Resume Stop
        Error:
        EventStream: Publish Subscribe Unsubscribe
        Futures: Ask
        GracefulStopSupport: GracefulStop
        IActorContext: Child GetChildren Parent ReceiveTimeout Self Sender SetReceiveTimeout Stop System
        IActorRef: Path
        IActorRefFactory: ActorOf
        ICanTell: Tell
        ICanWatch: Unwatch Watch WatchWith
        IDeadLetterSuppression:
        IDecider: Decide
        ITimerScheduler: Cancel CancelAll IsTimerActive StartPeriodicTimer StartSingleTimer
        IWithTimers: Timers
        InvalidActorNameException:
        InvalidMessageException:
        Kill: Instance ToString
        LocalOnlyDecider: Decide
        LogEvent: Cause LogClass LogSource Message ToString
        Nobody: Equals GetHashCode Path Tell ToString
        OneForOneStrategy: Decider
        PipeToSupport: PipeTo
        PoisonPill: Instance ToString
        PostRestartException: OriginalCause
        PreRestartException: OptionalMessage RestartException
        Props: Create
        ReceiveActor: Become BecomeStacked OnReceive Receive ReceiveAny ReceiveAsync
        ReceiveTimeout: Instance ToString
        Status:
        Status.Failure: Cause ToString
        Status.Success: Status ToString
        SupervisorStrategy: Decider DefaultDecider DefaultStrategy
        Terminated: ActorRef AddressTerminated ExistenceConfirmed ToString
        UnhandledMessage: Message Recipient Sender ToString
        UntypedActor: Become BecomeStacked OnReceive RunTask UnbecomeStacked
        UntypedReceive: BeginInvoke EndInvoke Invoke
        Warning:
        """;

    private static readonly Assembly Kernel = typeof(ActorSystem).Assembly;

    [Fact]
    public void The_surface_is_the_approved_one()
    {
        var approvedFile = Path.Combine(Folder(), "BulkRelay.Actors.approved.txt");
        var approved = File.ReadAllLines(approvedFile);
        var present = PublicSurface.Of(Kernel).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (approved.SequenceEqual(present))
            return;
        var received = Path.Combine(AppContext.BaseDirectory, "BulkRelay.Actors.received.txt");
        File.WriteAllLines(received, present);
        string[] difference = [.. approved.Except(present).Select(l => "- " + l), .. present.Except(approved).Select(l => "+ " + l)];
        Assert.Fail(
            $"The public surface of the kernel has changed:\n{string.Join('\n', difference)}\n" +
            $"If that is meant, and Akka.NET has it too, copy {received} to {approvedFile}.");
    }

    [Fact]
    public void Every_public_name_is_one_of_Akka_NET()
    {
        var names = AkkaNames.Split('\n')
            .Select(line => line.Split(':'))
            .ToDictionary(parts => parts[0], parts => parts[1].Split(' ').ToHashSet());
        var strangers =
            from type in PublicSurface.Types(Kernel)
            let typeName = type.IsNested ? $"{type.DeclaringType!.Name}.{type.Name}" : type.Name
            from member in PublicSurface.Members(type).Where(m => m is not ConstructorInfo).Select(m => m.Name).Prepend("")
            where !names.TryGetValue(typeName, out var members) || (member.Length > 0 && !members.Contains(member) && member != "value__")
            select $"{typeName}.{member}";
        strangers.ShouldBeEmpty();
    }

    [Fact]
    public void Everything_public_is_in_the_one_namespace_that_a_global_using_imports() =>
        PublicSurface.Types(Kernel).Select(t => t.Namespace).Distinct().ShouldBe(["BulkRelay.Actors"]);

    [Fact]
    public void No_source_outside_the_kernel_names_its_namespace_or_that_of_Akka_NET()
    {
        var root = Path.GetFullPath(Path.Combine(Folder(), "..", "..", ".."));
        string[] folders = ["src", "tests", "loadtests"];
        var offenders = folders
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => !file.StartsWith(Path.Combine(root, "src", "BulkRelay.Actors"), StringComparison.Ordinal))
            .Where(file => File.ReadLines(file).Any(line =>
                line.StartsWith("using BulkRelay.Actors", StringComparison.Ordinal) || line.StartsWith("using Akka", StringComparison.Ordinal)));
        offenders.ShouldBeEmpty();
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
