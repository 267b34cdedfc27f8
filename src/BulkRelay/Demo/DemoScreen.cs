using System.Globalization;
using Spectre.Console;

namespace BulkRelay.Server.Demo;

/// <summary>Shows the demonstration while it runs: a live table on a terminal, a line a second elsewhere.</summary>
internal sealed class DemoScreen(TextWriter output, bool isTerminal)
{
    private static readonly TimeSpan TerminalInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(1);

    /// <summary>Shows <paramref name="look"/> again and again until <paramref name="running"/> completes, and once more then.</summary>
    public async Task WatchAsync(Task running, Func<Task<DemoFigures>> look)
    {
        if (!isTerminal)
        {
            while (await StillRunningAsync(running, LineInterval)) await WriteLineAsync(await look());
            await WriteLineAsync(await look());
            return;
        }
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        await console.Live(Text.Empty).StartAsync(async live =>
        {
            while (await StillRunningAsync(running, TerminalInterval)) live.UpdateTarget(Picture(await look()));
            live.UpdateTarget(Picture(await look()));
        });
    }

    private static async Task<bool> StillRunningAsync(Task running, TimeSpan interval) => await Task.WhenAny(running, Task.Delay(interval)) != running;

    private async Task WriteLineAsync(DemoFigures figures)
    {
        await output.WriteLineAsync(figures.ToLine());
        await output.FlushAsync();
    }

    private static Rows Picture(DemoFigures figures)
    {
        var rates = new Table().Border(TableBorder.Rounded).AddColumn("").AddColumn(Right("messages")).AddColumn(Right("per second")).AddColumn("progress");
        rates.AddRow(new Text("accepted"), Number(figures.Accepted), Number(figures.AcceptRate), Bar(figures.Accepted, figures.Total, Color.Blue));
        rates.AddRow(new Text("delivered"), Number(figures.Delivered), Number(figures.DeliverRate), Bar(figures.Delivered, figures.Total, Color.Green));
        rates.AddRow(new Text("in the queue"), Number(figures.Status.Queued), Text.Empty, Text.Empty);
        var windows = new Table().Border(TableBorder.Rounded).AddColumn("destination").AddColumn(Right("waiting")).AddColumn(Right("in flight")).AddColumn(Right("window")).AddColumn("use");
        foreach (var destination in figures.Status.Destinations)
            windows.AddRow(new Text(destination.Destination), Number(destination.Waiting), Number(destination.InFlight), Number(destination.Window),
                Bar(destination.InFlight, destination.Window, Color.Yellow));
        return new Rows(new Text(string.Create(CultureInfo.InvariantCulture, $"BulkRelay demo, {figures.Elapsed.TotalSeconds:0.0} s")), rates, windows);
    }

    private static TableColumn Right(string heading) => new TableColumn(heading).RightAligned();

    private static Text Number(long number) => new(number.ToString("N0", CultureInfo.InvariantCulture));

    private static Markup Bar(long part, long whole, Color color)
    {
        const int Width = 30;
        var filled = whole <= 0 ? 0 : (int)Math.Clamp(part * Width / whole, 0, Width);
        return new Markup($"[{color.ToMarkup()}]{new string('█', filled)}[/][grey]{new string('░', Width - filled)}[/]");
    }
}
