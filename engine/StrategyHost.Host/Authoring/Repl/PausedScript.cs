using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;
using StrategyHost.Scripting;

namespace StrategyHost.Host.Authoring.Repl;

/// <summary>
/// A script that stops before the event that it is due to hear, inside the replay and on its thread, and lets somebody look and choose how
/// far it goes on.
/// </summary>
internal sealed class PausedScript(IScriptInstance script, ReplTalk talk, Timestamp? at) : IScriptInstance
{
    /// <summary>No event is shown or waits up to here; null: up to the end of the warm-up.</summary>
    private Timestamp? _until = at;
    private bool _goesOn = true;
    private long _steps;

    public ScriptValue Settings => script.Settings;
    public ScriptCallbacks Callbacks => script.Callbacks;
    public string Sha256 => script.Sha256;
    public ScriptFault? Fault => script.Fault;

    public void Configure(ScriptEnvironment environment) => script.Configure(environment);

    public ScriptAnswer Call(ScriptCall call, ScriptView view)
    {
        var isEnd = call is StopCall;
        var heard = HeardCall.Of(call, script.Callbacks);
        var isHeard = isEnd || heard.Callback.Length > 0;
        var asked = false;
        while (isHeard && !talk.HasEnded && (isEnd ? !asked : _steps == 0 && !Passes(heard)))
        {
            Prompt(isEnd ? $"the data end at {call.At}" : $"before {NameOf(heard)}", view);
            asked = true;
        }

        if (script.Fault is { } fault)
        {
            return new ScriptAnswer { Fault = fault }; // an expression used up the script's limits
        }

        var answer = script.Call(call, view);
        if (isHeard && _steps > 0 && !isEnd && !talk.HasEnded)
        {
            _steps--;
            Tell(heard, answer);
        }

        return answer;
    }

    public Result<string?> ExportState() => script.ExportState();

    public ScriptFault? ImportState(string json) => script.ImportState(json);

    /// <summary>The instance below belongs to whoever loaded it.</summary>
    public void Dispose()
    {
    }

    private static string NameOf(HeardCall heard) =>
        heard.Callback + (heard.Symbol.Length == 0 ? "" : " " + heard.Symbol) + " at " + heard.TimeOf(0);

    private bool Passes(HeardCall heard)
    {
        if (!_goesOn)
        {
            return false;
        }

        var passes = _until is { } until ? heard.TimeOf(0) <= until : heard.IsWarming;
        _goesOn = passes;
        return passes;
    }

    private void Prompt(string where, ScriptView view)
    {
        talk.Say(where);
        while (talk.Read() is { } line)
        {
            switch (ReplLine.Parse(line))
            {
                case ReplStep step:
                    (_steps, _goesOn) = (step.Events, false);
                    return;
                case ReplContinue go:
                    (_until, _goesOn, _steps) = (go.Until ?? Timestamp.MaxValue, true, 0);
                    return;
                case ReplQuit:
                    talk.End();
                    return;
                case ReplHelp:
                    talk.Answer(line, ReplLine.Help);
                    break;
                case ReplMistake mistake:
                    talk.Refuse(line, mistake.Text);
                    break;
                case ReplExpression expression:
                    Evaluate(expression.Text, view);
                    break;
                default:
                    break; // an empty line
            }
        }

        talk.End();
    }

    private void Evaluate(string text, ScriptView view)
    {
        var answer = ((IScriptConsole)script).Evaluate(text, view);
        foreach (var log in answer.Logs)
        {
            talk.Say("log: " + log);
        }

        if (answer.Error is { } error)
        {
            talk.Refuse(text, error.Message);
            if (script.Fault is not null)
            {
                talk.Say("the script has used up its limits and is not called again");
                talk.End();
            }
        }
        else
        {
            talk.Answer(text, answer.Text ?? "undefined");
        }
    }

    private void Tell(HeardCall heard, ScriptAnswer answer)
    {
        var said = answer.Value.IsNothing ? "nothing" : ScriptValueJson.Text(answer.Value);
        talk.Say($"{NameOf(heard)}: {said}");
        foreach (var log in answer.Logs)
        {
            talk.Say("log: " + log.Text);
        }

        if (answer.Fault is { } fault)
        {
            talk.Say("error: " + fault.Error);
        }
    }
}
