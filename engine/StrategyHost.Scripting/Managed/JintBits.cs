using Jint.Native;
using Jint.Parser.Ast;
using Jint.Runtime;
using StrategyHost.Scripting.Border;

namespace StrategyHost.Scripting.Managed;

/// <summary>
/// The operators on 32-bit integers. Jint 2.10.4 casts a double to uint, which .NET saturates since version 9: -5 | 0 gives 0. So every
/// such
/// operator becomes a call of a function that does what ECMA-262 7.1.6 (ToInt32) says.
/// </summary>
internal static class JintBits
{
    private const string Prefix = "\u0001bits";

    public static IEnumerable<(string Name, Func<JsValue, JsValue[], JsValue> Function)> Functions =>
    [
        (Prefix + BinaryOperator.BitwiseAnd, (_, a) => Int(a[0]) & Int(a[1])),
        (Prefix + BinaryOperator.BitwiseOr, (_, a) => Int(a[0]) | Int(a[1])),
        (Prefix + BinaryOperator.BitwiseXOr, (_, a) => Int(a[0]) ^ Int(a[1])),
        (Prefix + BinaryOperator.LeftShift, (_, a) => Int(a[0]) << (Int(a[1]) & 31)),
        (Prefix + BinaryOperator.RightShift, (_, a) => Int(a[0]) >> (Int(a[1]) & 31)),
        (Prefix + BinaryOperator.UnsignedRightShift, (_, a) => (double)((uint)Int(a[0]) >> (Int(a[1]) & 31))),
        (Prefix + UnaryOperator.BitwiseNot, (_, a) => ~Int(a[0])),
    ];

    /// <summary>
    /// Changes the node where it is such an operator. The prelude's own &amp; stays: its operands are never negative, and it is in every
    /// loop.
    /// </summary>
    public static void Rewrite(SyntaxNode node, string file)
    {
        switch (node)
        {
            case BinaryExpression binary when IsBits(binary.Operator) && !(file == Prelude.File
                && binary.Operator == BinaryOperator.BitwiseAnd):
                binary.Left = JintSyntax.Call(Prefix + binary.Operator, binary, binary.Left, binary.Right);
                binary.Operator = BinaryOperator.Minus; // minus zero: the number itself
                binary.Right = Zero(binary);
                break;
            case UnaryExpression { Operator: UnaryOperator.BitwiseNot } unary:
                unary.Argument = JintSyntax.Call(Prefix + unary.Operator, unary, unary.Argument);
                unary.Operator = UnaryOperator.Plus;
                break;
            case AssignmentExpression assignment when OperatorOf(assignment.Operator) is { } operation:
                if (!IsPlain(assignment.Left))
                {
                    throw new UnclearException(assignment.Location.Start.Line);
                }

                assignment.Right = JintSyntax.Call(Prefix + operation, assignment, assignment.Left, assignment.Right);
                assignment.Operator = AssignmentOperator.Assign;
                break;
        }
    }

    private static bool IsBits(BinaryOperator operation) => operation is BinaryOperator.BitwiseAnd or BinaryOperator.BitwiseOr
        or BinaryOperator.BitwiseXOr or BinaryOperator.LeftShift or BinaryOperator.RightShift or BinaryOperator.UnsignedRightShift;

    private static BinaryOperator? OperatorOf(AssignmentOperator assignment) => assignment switch
    {
        AssignmentOperator.BitwiseAndAssign => BinaryOperator.BitwiseAnd,
        AssignmentOperator.BitwiseOrAssign => BinaryOperator.BitwiseOr,
        AssignmentOperator.BitwiseXOrAssign => BinaryOperator.BitwiseXOr,
        AssignmentOperator.LeftShiftAssign => BinaryOperator.LeftShift,
        AssignmentOperator.RightShiftAssign => BinaryOperator.RightShift,
        AssignmentOperator.UnsignedRightShiftAssign => BinaryOperator.UnsignedRightShift,
        _ => null,
    };

    /// <summary>The target may be evaluated twice without anyone noticing.</summary>
    private static bool IsPlain(SyntaxNode target) => target switch
    {
        Identifier or Literal or ThisExpression => true,
        MemberExpression member => IsPlain(member.Object) && IsPlain(member.Property),
        _ => false,
    };

    private static Literal Zero(SyntaxNode at) => new()
    {
        Type = SyntaxNodes.Literal,
        Value = 0.0,
        Raw = "0",
        Location = at.Location,
    };

    private static int Int(JsValue value)
    {
        var number = TypeConverter.ToNumber(value);
        return double.IsFinite(number) ? (int)(uint)(long)Math.IEEERemainder(Math.Truncate(number), 4294967296.0) : 0;
    }

    /// <summary>A target with calls or steps inside; never leaves the parser.</summary>
    internal sealed class UnclearException(int line)
        : Exception("the embedded engine cannot evaluate the target of this assignment once; write x = x | y with a plain x")
    {
        public int Line { get; } = line;
    }
}
