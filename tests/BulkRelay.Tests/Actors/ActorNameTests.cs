namespace BulkRelay.Tests.Actors;

public sealed class ActorNameTests : ActorTest
{
    [Fact]
    public void A_path_names_system_and_parents()
    {
        var actor = Start(Nothing, "some-name");
        actor.Path.ToString().ShouldBe("akka://test/user/some-name");
        actor.Path.Name.ShouldBe("some-name");
        actor.ToString().ShouldBe("[akka://test/user/some-name]");
        System.DeadLetters.Path.ToString().ShouldBe("akka://test/deadLetters");
        System.ToString().ShouldBe("akka://test/");
    }

    [Fact]
    public async Task A_name_is_free_once_the_parent_has_received_Terminated_and_gives_an_equal_path_and_another_reference()
    {
        var parent = Start((context, message) =>
        {
            if (message is Terminated { ActorRef: var first })
                Probe.Ref.Tell((first, StartChild(context)));
            else
                context.Stop(context.Watch(StartChild(context)));
        });
        parent.Tell("go");
        var (former, present) = await Probe.ExpectMsgAsync<(IActorRef, IActorRef)>();
        present.Path.ShouldBe(former.Path);
        (present.Path == former.Path).ShouldBeTrue();
        present.Path.GetHashCode().ShouldBe(former.Path.GetHashCode());
        present.Equals(former).ShouldBeFalse();
        (Probe.Ref.Path != former.Path).ShouldBeTrue();

        static IActorRef StartChild(IActorContext context) => context.ActorOf(Props.Create(() => new FunctionActor(Nothing)), "same");
    }

    [Fact]
    public void A_living_sibling_has_its_name_alone()
    {
        Start(Nothing, "name");
        Should.Throw<InvalidActorNameException>(() => Start(Nothing, "name")).Message.ShouldBe("Actor name \"name\" is not unique!");
    }

    [Fact]
    public void Actors_without_a_name_get_different_ones()
    {
        var names = Enumerable.Range(0, 200).Select(_ => Start(Nothing).Path.Name).ToList();
        names.ShouldBeUnique();
        names.ShouldAllBe(n => n.StartsWith('$'));
    }

    [Theory]
    [InlineData("")]
    [InlineData("$a")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("100%")]
    [InlineData("%4")]
    [InlineData("%zz")]
    public void A_name_that_no_path_takes_is_refused(string name) =>
        Should.Throw<InvalidActorNameException>(() => Start(Nothing, name));

    [Theory]
    [InlineData("a")]
    [InlineData("smtp:[192.0.2.1]:25", false)]
    [InlineData("smtp:example.org:25")]
    [InlineData("user@example.org")]
    [InlineData("a%2Fb%20c")]
    [InlineData("a$b_-.*+&=,!~';()")]
    public void Other_names_are_taken(string name, bool valid = true)
    {
        if (valid)
            Start(Nothing, name).Path.Name.ShouldBe(name);
        else
            Should.Throw<InvalidActorNameException>(() => Start(Nothing, name));
    }
}
