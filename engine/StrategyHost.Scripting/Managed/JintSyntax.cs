using System.Collections;
using System.Reflection;
using Jint.Parser;
using Jint.Parser.Ast;
using StrategyHost.Core.Domain;
using StrategyHost.Scripting.Border;
using StrategyHost.Scripting.Modules;

namespace StrategyHost.Scripting.Managed;

/// <summary>
/// Parses for Jint 2.10.4 and refuses what that engine would misread or could not survive (script-engine §7): modern syntax, which it
/// rejects or scopes wrongly, and nesting, which exhausts its stack. Puts a stack check at the head of every function and a call around
/// every thrown value and every constructor.
/// </summary>
internal static class JintSyntax
{
    /// <summary>Name of the check; no source text can spell it, so no script can hide it.</summary>
    public const string CheckName = "\u0001check";

    /// <summary>Name of the function that every thrown value passes through.</summary>
    public const string ThrownName = "\u0001thrown";
    /// <summary>Name of the function that every callee of <c>new</c> passes through.</summary>
    public const string ConstructedName = "\u0001constructed";
    private const int BracketsMax = 200;
    private const int CharactersMax = 1_000_000;
    private const int DepthMax = 200;
    private const int ParserStackBytes = 256 << 20;
    private const string Advice = " Install libjavascriptcoregtk-4.1-0 to use modern JavaScript, or write ES5 (var, function).";

    private static readonly string[] Modern =
        ["let", "const", "class", "=>", "`", "...", "async", "await", "import", "export", "yield", "super"];

    /// <summary>The function expression that the wrapped text is, ready to be made a function.</summary>
    public static Result<FunctionExpression> Parse(ScriptModules modules, ModuleText text)
    {
        if (Refusal(modules, text) is { } refusal)
        {
            return refusal;
        }

        var result = Result<FunctionExpression>.Failed();
        var thread = new Thread(() => result = ParseHere(modules, text), ParserStackBytes);
        thread.Start();
        thread.Join();
        return result;
    }

    private static Error? Refusal(ScriptModules modules, ModuleText text)
    {
        if (text.Source.Length > CharactersMax)
        {
            return new Error
            {
                File = text.File,
                Rule = "syntax",
                Message = $"the file is longer than {CharactersMax} characters; split it",
            };
        }

        var tokens = SourceScan.Read(text.Source, out var depth);
        if (depth > BracketsMax)
        {
            return new Error
            {
                File = text.File,
                Rule = "syntax",
                Message = $"brackets are nested more than {BracketsMax} deep; split the expression",
            };
        }

        foreach (var token in tokens)
        {
            if (Modern.Contains(token.Text) || token.Text == "with")
            {
                var what = token.Text == "with" ? "'with' is not available in a strategy."
                    : $"'{token.Text}' is newer than ES5, which is all that the embedded engine knows." + Advice;
                return ScriptFaults.Syntax(modules, new SourcePlace(text.File, token.Line, token.Column), what);
            }
        }

        return null;
    }

    private static Result<FunctionExpression> ParseHere(ScriptModules modules, ModuleText text)
    {
        try
        {
            var program = new JavaScriptParser().Parse(text.Wrapped, new ParserOptions { Source = text.File });
            if (program.Body.Count != 1 || program.Body.First() is not ExpressionStatement { Expression: FunctionExpression function })
            {
                return new Error { File = text.File, Rule = "syntax", Message = "the brackets of the file do not match" };
            }

            return Instrument(function, text.File) ? function
                : new Error { File = text.File, Rule = "syntax", Message = $"an expression is nested more than {DepthMax} deep; split it" };
        }
        catch (JintBits.UnclearException unclear)
        {
            return ScriptFaults.Syntax(modules, new SourcePlace(text.File, unclear.Line, null), unclear.Message);
        }
        catch (ParserException error)
        {
            var column = error.LineNumber == 1 ? Math.Max(1, error.Column - text.HeadLength) : Math.Max(1, error.Column);
            var lines = 1 + text.Source.AsSpan().Count('\n');
            var place = new SourcePlace(text.File, Math.Min(error.LineNumber, lines), column);
            return ScriptFaults.Syntax(modules, place, "SyntaxError: " + error.Description + "." + Advice);
        }
    }

    /// <summary>Adds the check to every function; false where the tree is deeper than the interpreter should recurse.</summary>
    private static bool Instrument(SyntaxNode root, string file)
    {
        var open = new Stack<(SyntaxNode Node, int Depth)>();
        open.Push((root, 0));
        while (open.TryPop(out var next))
        {
            if (next.Depth > DepthMax)
            {
                return false;
            }

            var isFunction = next.Node is FunctionExpression or FunctionDeclaration;
            foreach (var child in Children(next.Node))
            {
                open.Push((child, isFunction ? 0 : next.Depth + 1));
            }

            if (isFunction)
            {
                AddCheck(next.Node);
            }
            else if (next.Node is ThrowStatement thrown)
            {
                thrown.Argument = Call(ThrownName, thrown, thrown.Argument);
            }
            else if (next.Node is NewExpression made)
            {
                made.Callee = Call(ConstructedName, made, made.Callee);
            }
            else
            {
                JintBits.Rewrite(next.Node, file);
            }
        }

        return true;
    }

    private static void AddCheck(SyntaxNode function)
    {
        var body = (function as FunctionExpression)?.Body ?? (function as FunctionDeclaration)?.Body;
        if (body is not BlockStatement block)
        {
            return;
        }

        var statements = block.Body.ToList();
        var directives = statements.TakeWhile(s => s is ExpressionStatement { Expression: Literal { Value: string } }).Count();
        statements.Insert(directives, Check(function));
        block.Body = statements;
    }

    private static ExpressionStatement Check(SyntaxNode function) => new()
    {
        Type = SyntaxNodes.ExpressionStatement,
        Expression = Call(CheckName, function),
        Location = function.Location,
    };

    public static CallExpression Call(string name, SyntaxNode at, params Expression[] arguments)
    {
        var callee = new Identifier
        {
            Type = SyntaxNodes.Identifier,
            Name = name,
            Location = at.Location,
        };
        return new CallExpression
        {
            Type = SyntaxNodes.CallExpression,
            Callee = callee,
            Arguments = arguments,
            Location = at.Location,
        };
    }

    private static IEnumerable<SyntaxNode> Children(SyntaxNode node)
    {
        foreach (var field in node.GetType().GetFields(BindingFlags.Public | BindingFlags.Instance))
        {
            foreach (var child in Nodes(field.GetValue(node)))
            {
                yield return child;
            }
        }

        foreach (var property in node.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            // VariableDeclarations and FunctionDeclarations repeat what stands in the body.
            if (property.GetIndexParameters().Length == 0 && !property.Name.EndsWith("Declarations", StringComparison.Ordinal))
            {
                foreach (var child in Nodes(property.GetValue(node)))
                {
                    yield return child;
                }
            }
        }
    }

    private static IEnumerable<SyntaxNode> Nodes(object? value) => value switch
    {
        SyntaxNode node => [node],
        string => [],
        IEnumerable items => items.OfType<SyntaxNode>(),
        _ => [],
    };
}
