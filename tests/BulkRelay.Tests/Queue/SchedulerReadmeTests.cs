using BulkRelay.Core.Configuration;
using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Queue;

/// <summary>
/// The measurements of Postfix's SCHEDULER_README ("Impact of active server concurrency limiter", and its limits behind a load balancer),
/// made again with a simulated server: 1000 deliveries of two recipients at one second each, a server that refuses the sixth connection at
/// once, initial concurrency 5, limit 20. The README measured its own pseudo code; qmgr_queue.c today counts half an event as a whole one,
/// which changes the figures for feedback 1. Both are checked: the one shows that the simulation is right, the other what happens.
/// </summary>
public sealed class SchedulerReadmeTests
{
    [Theory]
    [InlineData("1/concurrency", 16.5)]
    [InlineData("1/sqrt_concurrency", 24.5)]
    [InlineData("1", 49.7)]
    public void The_pseudo_code_defers_against_a_server_limit_what_was_measured(string feedback, double measured) =>
        DeferredByServerLimit(new PseudoCode(ConcurrencyFeedback.Parse(feedback, out _))).ShouldBe(measured, tolerance: 0.5);

    [Theory]
    [InlineData("1/concurrency", 16.5)]
    [InlineData("1/sqrt_concurrency", 24.5)]
    [InlineData("1", 33.2)]
    public void The_window_defers_no_more_than_that(string feedback, double expected) =>
        DeferredByServerLimit(new Window(5, 20, feedback)).ShouldBe(expected, tolerance: 0.5);

    [Theory]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(20)]
    public void One_bad_host_out_of_K_stalls_feedback_by_concurrency_near_K(int hosts)
    {
        var (average, largest) = BehindBalancer(new Window(5, 100, "1/concurrency"), hosts);
        average.ShouldBeInRange(hosts / 2.0, hosts);
        largest.ShouldBeLessThanOrEqualTo(hosts);
    }

    [Fact]
    public void A_fixed_small_feedback_does_not_stall() => BehindBalancer(new Window(5, 100, "1/4"), 12).Average.ShouldBeGreaterThan(95);

    /// <summary>The part of the mail, in percent, that a server defers which takes five connections at once.</summary>
    private static double DeferredByServerLimit(IWindow window)
    {
        const int ServerLimit = 5;
        var connections = 0;
        var simulation = new Simulation(window, deliveries: 1000)
        {
            Begin = _ => connections < ServerLimit && ++connections > 0,
            End = isGood => connections -= isGood ? 1 : 0,
        };
        simulation.Run();
        return simulation.Failed / 10.0;
    }

    /// <summary>The window in the second half of the run, when one of the hosts behind an address fails each connection.</summary>
    private static (double Average, int Largest) BehindBalancer(IWindow window, int hosts)
    {
        var sizes = new List<int>();
        var simulation = new Simulation(window, deliveries: 8000) { Begin = n => n % hosts != 0 };
        simulation.End = _ =>
        {
            if (simulation.Begun > 4000) sizes.Add(window.Size);
        };
        simulation.Run();
        return (sizes.Average(), sizes.Max());
    }

    private interface IWindow
    {
        int Size { get; }

        void Succeed(int busy);

        void Fail();
    }

    /// <summary>The real thing; never dead, as the README looks at steady states.</summary>
    private sealed class Window(int initial, int limit, string feedback) : IWindow
    {
        private readonly ConcurrencyWindow _window = new(ConcurrencyWindowTests.Policy(initial, limit, feedback, feedback, cohortLimit: 0));

        public int Size => _window.Size;

        public void Succeed(int busy) => _window.Succeed(busy);

        public void Fail() => _window.Fail();
    }

    /// <summary>The pseudo code of the README, line by line.</summary>
    private sealed class PseudoCode(ConcurrencyFeedback feedback) : IWindow
    {
        private const int Initial = 5;
        private const int Limit = 20;
        private const double RoundingError = 1e-9;
        private double _success;
        private double _failure;

        public int Size { get; private set; } = Initial;

        public void Succeed(int busy)
        {
            if (Size >= busy + Initial) return;
            _success += feedback.At(Size);
            while (_success >= 1 - RoundingError)
            {
                Size++;
                _failure = 0;
                _success--;
            }
            Size = Math.Min(Size, Limit);
        }

        public void Fail()
        {
            _failure -= feedback.At(Size);
            while (_failure < -RoundingError)
            {
                Size--;
                _failure++;
                _success = 0;
            }
            Size = Math.Max(1, Size);
        }
    }

    /// <summary>Deliveries as far as the window allows: a good one takes about two seconds, a bad one a millisecond.</summary>
    private sealed class Simulation(IWindow window, int deliveries)
    {
        private readonly PriorityQueue<bool, (double Time, int Number)> _underWay = new();
        private readonly Chance _chance = new(1);
        private double _now;
        private int _busy;

        /// <summary>Whether the delivery of that number is a good one.</summary>
        public required Func<int, bool> Begin { get; init; }

        public Action<bool> End { get; set; } = _ => { };

        public int Begun { get; private set; }

        public int Failed { get; private set; }

        public void Run()
        {
            Start();
            while (_underWay.TryDequeue(out var isGood, out var at))
            {
                _now = at.Time;
                End(isGood);
                if (isGood) window.Succeed(_busy);
                else window.Fail();
                Failed += isGood ? 0 : 1;
                _busy--;
                Start();
            }
        }

        private void Start()
        {
            for (; _busy < window.Size && Begun < deliveries; _busy++)
            {
                var isGood = Begin(++Begun);
                // A little spread, as a network has it: deliveries that run in step would all see the same window.
                _underWay.Enqueue(isGood, (_now + (isGood ? 1.5 + _chance.Below(1000) / 1000.0 : 0.001), Begun));
            }
        }
    }
}
