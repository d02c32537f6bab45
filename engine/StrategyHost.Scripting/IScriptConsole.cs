using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Scripting;

/// <summary>
/// What a person at a console may ask a script that is loaded: instances of both engines are one. Called between two calls, on the thread
/// of the instance.
/// </summary>
public interface IScriptConsole
{
    /// <summary>
    /// The value of an expression of <c>ctx</c>, as the last event left it and with this view, and of <c>strategy</c>, the script's
    /// callbacks. It runs under the script's limits and may change the script's state, as a callback would.
    /// </summary>
    ConsoleAnswer Evaluate(string expression, ScriptView view);
}

/// <summary>A value as JSON-like text, or the error; and what was logged on the way.</summary>
public sealed record ConsoleAnswer(string? Text, Error? Error, IReadOnlyList<string> Logs);
