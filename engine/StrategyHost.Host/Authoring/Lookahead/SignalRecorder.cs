using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Host.Authoring.Lookahead;

/// <summary>What a callback answered, and to which event: the row is its number among all events that the script has heard.</summary>
internal sealed record RecordedAnswer(long Row, Timestamp Time, string Callback, string Symbol, ScriptValue Value)
{
    public string Json => ScriptValueJson.Text(Value);
}

/// <summary>
/// A script whose answers are written down. Rows count the same however events are put together into calls: one for each event that a
/// callback of the script hears. Rows after <paramref name="until"/>, and the end of the run, are not counted.
/// </summary>
internal sealed class SignalRecorder(IScriptInstance script, Timestamp until) : IScriptInstance
{
    private readonly List<RecordedAnswer> _answers = [];

    /// <summary>Answers that were not nothing, in their order, those of the warm-up included.</summary>
    public IReadOnlyList<RecordedAnswer> Answers => _answers;

    /// <summary>Events heard.</summary>
    public long Rows { get; private set; }

    /// <summary>Time of the first event after the warm-up; null: none came.</summary>
    public Timestamp? FirstLive { get; private set; }

    public ScriptValue Settings => script.Settings;
    public ScriptCallbacks Callbacks => script.Callbacks;
    public string Sha256 => script.Sha256;
    public ScriptFault? Fault => script.Fault;

    public void Configure(ScriptEnvironment environment) => script.Configure(environment);

    public ScriptAnswer Call(ScriptCall call, ScriptView view)
    {
        var answer = script.Call(call, view);
        var heard = HeardCall.Of(call, script.Callbacks);
        if (heard.Callback.Length == 0)
        {
            return answer;
        }

        var last = heard.TimeOf(answer.Consumed - 1);
        if (!answer.Value.IsNothing && last <= until)
        {
            _answers.Add(new RecordedAnswer(Rows + answer.Consumed - 1, last, heard.Callback, heard.Symbol, answer.Value));
        }

        FirstLive ??= heard.IsWarming ? null : heard.TimeOf(0);
        Rows += heard.CountUntil(until, answer.Consumed);
        return answer;
    }

    public Result<string?> ExportState() => script.ExportState();

    public ScriptFault? ImportState(string json) => script.ImportState(json);

    /// <summary>The instance below belongs to whoever loaded it.</summary>
    public void Dispose()
    {
    }
}
