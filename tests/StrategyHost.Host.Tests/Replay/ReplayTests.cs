using System.Buffers.Binary;
using System.Text.Json;
using StrategyHost.Host.Replay;
using StrategyHost.Host.Tests.Commands;
using StrategyHost.Host.Tests.Live;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Tests.Replay;

/// <summary>The determinism contract of live runs: what a real host recorded gives the same effects again, and a difference is found.</summary>
public sealed class ReplayTests(BusyRun busy) : IClassFixture<BusyRun>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-replays-").FullName;

    [Fact]
    public void Stopped_run_replays_to_its_end_with_every_effect_as_it_was()
    {
        var (code, document) = BusyRun.Replay(busy.Data);
        Assert.True(code == ExitCode.Ok, document.ToString());
        Assert.Equal(("identical", true, "complete"), (Text(document, "result"), document.GetProperty("isComplete").GetBoolean(), Ending(document)));
        string[] owners = ["host", "main", "mirror"];
        var rows = owners.SelectMany(busy.Rows).Where(r => r.Stamp.Seq > 0).ToArray();
        Assert.Equal(rows.Max(r => r.Stamp.Seq), document.GetProperty("steps").GetInt64());
        Assert.Equal(rows.Count(r => IsEffect(r.Kind)), document.GetProperty("effects").GetInt64());
        Assert.Equal((0, 1), (document.GetProperty("unrecorded").GetInt64(), document.GetProperty("hashes").GetInt64()));
        Assert.Subset(rows.Select(r => r.Kind).ToHashSet(), new HashSet<string>
        {
            "PlaceOrder", "SetTradingStop", "SignalDecided", "ScriptLogged", "TradeClosed", "OrderClosed", "CallScript", "TimePassed", "AccountShown",
        });
    }

    [Fact]
    public void Replay_for_people_says_how_much_was_the_same()
    {
        var shell = new Shell();
        Assert.Equal(ExitCode.Ok, shell.Line(new() { Replay = new ReplayHandler() }).Run(["replay", "latest", "--data", busy.Data], CancellationToken.None));
        var line = string.Join(' ', shell.Out.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Matches("^[0-9TZ:-]+-[0-9A-Z]+: [0-9,]+ steps, [0-9,]+ effects, the state at 1 mark, identical$", line);
    }

    /// <summary>As if the program did another thing now than it did then.</summary>
    [Fact]
    public void Engine_that_decides_otherwise_is_found_at_the_first_step_where_it_does()
    {
        var placed = busy.Rows("mirror").First(r => r.Kind == "PlaceOrder").Stamp.Seq;
        var first = busy.Rows("mirror").First(r => r.Stamp.Seq == placed && r.Kind == "PlanSaved"); // before what is sent
        var data = busy.Copy("host", row => JournalCodec.Decode(row) is { IsOk: true, Value: EngineFacts facts }
            ? JournalCodec.Encode(row.Stamp, new EngineFacts(facts.Options with { MirrorSettings = facts.Options.MirrorSettings with { Proportion = 0.4m } }))
            : row);
        var difference = Differs(data, first);
        Assert.Contains("\"quantity\":\"0.05\"", Text(difference, "expected"), StringComparison.Ordinal);
        Assert.Contains("\"quantity\":\"0.04\"", Text(difference, "actual"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("main", "PlaceOrder", "\"quantity\":\"0.1\"", "\"quantity\":\"0.2\"")]
    [InlineData("host", "SignalDecided", "accepted", "refused")]
    [InlineData("mirror", "OrderClosed", "\"status\":\"filled\"", "\"status\":\"cancelled\"")]
    public void Recorded_effect_that_is_another_is_found_at_its_step(string owner, string kind, string was, string becomes)
    {
        var changed = busy.Rows(owner).First(r => r.Kind == kind && r.Body.Contains(was, StringComparison.Ordinal));
        var data = busy.Copy(owner, row => row == changed ? row with { Body = row.Body.Replace(was, becomes, StringComparison.Ordinal) } : row);
        var difference = Differs(data, changed);
        Assert.Contains(becomes, Text(difference, "expected"), StringComparison.Ordinal);
        Assert.Contains(was, Text(difference, "actual"), StringComparison.Ordinal);
    }

    [Fact]
    public void Effect_that_was_not_recorded_is_found_and_so_is_one_that_was_never_made()
    {
        var first = busy.Rows("main").First(r => r.Kind == "PlaceOrder");
        Assert.Equal(JsonValueKind.Null, Differs(busy.Copy("main", r => r == first ? null : r), first).GetProperty("expected").ValueKind);
        var step = busy.Rows("host").First(r => r.Kind == "TimePassed").Stamp with { Part = 90 };
        var invented = JournalCodec.Encode(step, JournalCodec.Decode(busy.Rows("host").First(r => r.Kind == "ScriptLogged")).Value);
        var added = busy.Copy("host", r => r.Kind == "StateMark" ? invented : r);
        Assert.Equal(JsonValueKind.Null, Differs(added, invented).GetProperty("actual").ValueKind);
    }

    [Fact]
    public void State_that_is_another_is_found_although_no_effect_tells_it()
    {
        var mark = busy.Rows("host").Last(r => r.Kind == "StateMark");
        var data = busy.Copy("host", r => r == mark ? JournalCodec.Encode(r.Stamp, new StateMark(new string('0', 64), IsLast: true)) : r);
        Assert.Equal("state", Text(Differs(data, mark), "what"));
    }

    [Fact]
    public void Answer_to_a_call_that_the_engine_did_not_make_is_a_difference()
    {
        var answer = busy.Rows("host").First(r => r.Kind == "ScriptReturned" && r.Body.Contains("TimerCall", StringComparison.Ordinal));
        var data = busy.Copy("host", r => r == answer ? r with { Body = r.Body.Replace("TimerCall", "StartCall", StringComparison.Ordinal) } : r);
        Assert.Contains("answered StartCall", Text(Differs(data, answer), "actual"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("main", "FillReport", "step_missing")]
    [InlineData("host", "TimePassed", "step_missing")]
    public void Step_that_is_in_no_file_ends_the_replay_before_it(string owner, string kind, string ending)
    {
        var lost = busy.Rows(owner).First(r => r is { Stamp: { Part: 0, Seq: > 50 } } && r.Kind == kind);
        var (code, document) = BusyRun.Replay(busy.Copy(owner, r => r == lost ? null : r));
        Assert.Equal((ExitCode.Ok, ending, lost.Stamp.Seq - 1), (code, Ending(document), document.GetProperty("steps").GetInt64()));
        Assert.False(document.GetProperty("isComplete").GetBoolean());
    }

    [Fact]
    public void Gap_in_a_journal_ends_the_replay_before_it_and_is_said()
    {
        var lost = busy.Rows("main").First(r => r.Kind == "FillReport");
        var data = busy.Copy("main", r => r.Stamp.Seq < lost.Stamp.Seq ? r : r == lost ? JournalCodec.Encode(r.Stamp, new JournalGap(12)) : null);
        var (code, document) = BusyRun.Replay(data);
        Assert.Equal((ExitCode.Ok, "journal_gap", lost.Stamp.Seq - 1), (code, Ending(document), document.GetProperty("steps").GetInt64()));
        Assert.Contains("12 records", Text(document.GetProperty("ending"), "text"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.5, 1)]
    [InlineData(0.9, 0)] // where one block ends and the next begins
    [InlineData(0.9, 5)] // in the head of a block
    [InlineData(0.9, 13)] // in its content
    public void Torn_tape_replays_up_to_the_tear_and_says_so(double share, int beyond)
    {
        var data = busy.Copy();
        var tape = Assert.Single(Directory.GetFiles(Path.Combine(data, "market")));
        var bytes = File.ReadAllBytes(tape);
        var blocks = new List<int>();
        for (var at = 8; at < bytes.Length; at += 12 + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at)))
        {
            blocks.Add(at);
        }

        File.WriteAllBytes(tape, bytes[..(blocks[(int)(blocks.Count * share)] + beyond)]);
        var (code, document) = BusyRun.Replay(data);
        Assert.Equal((ExitCode.Ok, "identical", "tape_torn"), (code, Text(document, "result"), Ending(document)));
        Assert.InRange(document.GetProperty("steps").GetInt64(), 1, busy.Rows("host").Max(r => r.Stamp.Seq) - 1);
    }

    [Fact]
    public void Run_that_is_not_known_or_has_no_tape_is_bad_input()
    {
        var name = Path.GetFileNameWithoutExtension(Assert.Single(Directory.GetFiles(Path.Combine(busy.Data, "market"))));
        Assert.Equal(ExitCode.Ok, BusyRun.Replay(busy.Data, name).Code);
        var (unknown, known) = BusyRun.Replay(busy.Data, name[..^1]);
        Assert.Equal((ExitCode.BadInput, "unknown_run"), (unknown, Rule(known)));
        Assert.Contains(name, known.ToString(), StringComparison.Ordinal);
        var data = busy.Copy();
        Directory.Delete(Path.Combine(data, "market"), recursive: true);
        var (none, missing) = BusyRun.Replay(data);
        Assert.Equal((ExitCode.BadInput, "tape_missing"), (none, Rule(missing)));
        var (nothing, empty) = BusyRun.Replay(_folder);
        Assert.Equal((ExitCode.BadInput, "journal_missing"), (nothing, Rule(empty)));
    }

    [Fact]
    public async Task Killed_run_replays_identically_as_far_as_it_is_recorded()
    {
        var data = Path.Combine(_folder, "killed");
        await using (var host = HostProcess.Start("run", "--config", BusyRun.Configure(_folder, data)))
        {
            await host.LogAsync("main closed Long");
            await host.LogAsync("mirror entry Buy 0.05 BTCUSDT filled");
            Assert.Equal(ExitCode.Ok, BusyRun.Replay(data).Code); // beside the running host
            Assert.Equal(137, await host.StopAsync("KILL"));
        }

        var (code, document) = BusyRun.Replay(data);
        Assert.True(code == ExitCode.Ok, document.ToString());
        Assert.Equal(("identical", "not_ended", false), (Text(document, "result"), Ending(document), document.GetProperty("isComplete").GetBoolean()));
        Assert.True(document.GetProperty("effects").GetInt64() > 20, document.ToString());
    }

    [Fact]
    public async Task Run_that_went_on_from_a_killed_one_replays_from_the_state_that_it_took_up()
    {
        var data = Path.Combine(_folder, "again");
        var config = BusyRun.Configure(_folder, data);
        await using (var host = HostProcess.Start("run", "--config", config))
        {
            await host.LogAllAsync("main entry Buy 0.1 BTCUSDT filled", "mirror entry Buy 0.05 BTCUSDT filled");
            Assert.Equal(137, await host.StopAsync("KILL"));
        }

        await using (var host = HostProcess.Start("run", "--config", config))
        {
            await host.LogAllAsync("main closed Long", "mirror closed Long");
            Assert.Equal(0, await host.StopAsync());
        }

        using var reader = JournalReader.Open(JournalFile.PathOf(data, "host")).Value;
        var facts = reader.BySeq(reader.Runs().Value[^1].Name, 0, 0).Value.Select(r => JournalCodec.Decode(r.Row).Value).OfType<EngineFacts>().Single();
        Assert.Equal(2, facts.Saved!.Plans.Count(p => !p.IsFinished));
        var (code, document) = BusyRun.Replay(data);
        Assert.True(code == ExitCode.Ok, document.ToString());
        Assert.Equal(("identical", "complete"), (Text(document, "result"), Ending(document)));
    }

    [Fact]
    public async Task Run_on_the_exchanges_protocol_replays()
    {
        await using var exchange = await EmulatedExchange.StartAsync();
        var data = Path.Combine(_folder, "wire");
        var config = BusyRun.Configure(_folder, data, $$""", "mode": "demo", "endpoints": {{exchange.Endpoints}}""");
        await using (var host = HostProcess.Start(exchange.Keys, "run", "--config", config))
        {
            await host.LogAsync("main closed Long");
            await host.LogAsync("main entry Buy 0.1 BTCUSDT filled");
            Assert.Equal(0, await host.StopAsync());
        }

        var (code, document) = BusyRun.Replay(data);
        Assert.True(code == ExitCode.Ok, document.ToString());
        Assert.Equal(("identical", "complete"), (Text(document, "result"), Ending(document)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The replay of the data differs first at the place of this row.</summary>
    private static JsonElement Differs(string data, JournalRow row)
    {
        var (code, document) = BusyRun.Replay(data);
        Assert.Equal((ExitCode.Difference, "difference"), (code, Text(document, "result")));
        var difference = document.GetProperty("difference");
        Assert.Equal((row.Stamp.Seq, row.Stamp.Part), (difference.GetProperty("seq").GetInt64(), difference.GetProperty("part").GetInt32()));
        return difference;
    }

    private static bool IsEffect(string kind) =>
        Type.GetType($"StrategyHost.Core.Kernel.{kind}, StrategyHost.Core")?.IsSubclassOf(typeof(Core.Kernel.Effect)) == true;

    private static string Text(JsonElement block, string name) => block.GetProperty(name).GetString() ?? "";

    private static string Ending(JsonElement document) => Text(document.GetProperty("ending"), "code");

    private static string? Rule(JsonElement document) => document.GetProperty("errors")[0].GetProperty("rule").GetString();
}
