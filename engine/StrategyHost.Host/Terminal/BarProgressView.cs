using Spectre.Console;
using Spectre.Console.Rendering;

namespace StrategyHost.Host.Terminal;

/// <summary>
/// A bar with rate and time to go. It is drawn by a thread of its own, since Spectre's display wants to own the call that shows it.
/// </summary>
internal sealed class BarProgressView(IAnsiConsole console) : IProgressView
{
    private static readonly TimeSpan EndWait = TimeSpan.FromSeconds(1);

    private readonly ManualResetEventSlim _end = new();
    private ProgressSnapshot _snapshot;
    private Task? _drawing;

    public TimeSpan Period => TimeSpan.FromMilliseconds(200);

    public void Show(ProgressSnapshot snapshot)
    {
        lock (_end)
        {
            _snapshot = snapshot;
        }

        _drawing ??= Task.Factory.StartNew(Draw, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public void Dispose()
    {
        _end.Set();
        if (_drawing is null || _drawing.Wait(EndWait))
        {
            _end.Dispose();
        }
    }

    private void Draw() => console.Progress().AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RateColumn(this))
        .Start(context =>
        {
            var bar = context.AddTask("working");
            do
            {
                var now = Snapshot();
                bar.Description = Markup.Escape(now.Unit);
                bar.IsIndeterminate = now.Percent is null;
                bar.Value = now.Percent ?? 0;
                context.Refresh();
            }
            while (!_end.Wait(Period));
        });

    private ProgressSnapshot Snapshot()
    {
        lock (_end)
        {
            return _snapshot;
        }
    }

    private sealed class RateColumn(BarProgressView view) : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            var now = view.Snapshot();
            return new Text($"{now.RateText}  ETA {now.TimeToGoText}");
        }
    }
}
