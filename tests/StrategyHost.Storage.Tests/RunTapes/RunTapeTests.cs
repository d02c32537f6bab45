using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Storage.Journal;
using StrategyHost.Storage.RunTapes;
using Xunit;

namespace StrategyHost.Storage.Tests.RunTapes;

/// <summary>What the engine was told of the market, on disk and back.</summary>
public sealed class RunTapeTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(100).WithEndSize(1_000_000);
    private readonly TempFolder _folder = new();

    private string File => Path.Combine(_folder.Root, "market", "a-run.tape");

    /// <summary>The law of the file: nothing that the kernel reads is lost or changed.</summary>
    [Fact]
    public void What_the_kernel_reads_of_market_data_comes_back_as_it_was() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var steps = AnyMarket.Steps(seed, 60);
        var encoder = new RunTapeEncoder(_ => 100_000_000);
        foreach (var (seq, input) in steps)
        {
            encoder.Add(seq, input);
        }

        Assert.Equal(steps.Select(s => Text(s.Seq, s.Input)), new RunTapeDecoder().Read(encoder.Bytes.Written.ToArray()).Select(e => Text(e.Seq, e.Input!)));
    }).Check(Runs);

    /// <summary>An input that is market data has to be kept here: the journal leaves it out.</summary>
    [Fact]
    public void Every_market_input_has_a_record() =>
        Assert.Equal(JournalCodec.MarketInputs, AnyMarket.Steps(1, 200).Select(s => s.Input.GetType()).ToHashSet());

    /// <summary>As busy as Bybit's busiest symbol: 50 book changes, 20 trades and 10 tickers a second, all of them moving.</summary>
    [Fact]
    public void Hour_of_a_busy_symbol_takes_less_than_two_million_bytes()
    {
        var encoder = new RunTapeEncoder(_ => 100_000_000);
        AnyMarket.Busy(seconds: 60).ForEach(s => encoder.Add(s.Seq, s.Input));
        var blocks = 60 * 10 * (RunTapeFormat.BlockHeadLength + 1);
        Assert.InRange((encoder.Bytes.Count + blocks) * 60, 500_000, 2_000_000);
    }

    [Fact]
    public void Tape_is_read_while_it_is_written_and_says_when_the_run_has_ended()
    {
        var steps = AnyMarket.Steps(7, 500);
        using (var writer = Write(steps[..400]))
        {
            SpinWait.SpinUntil(() => writer.Length > RunTapeFormat.HeadLength, Patience);
            using var beside = RunTapeReader.Open(File).Value;
            Assert.NotEmpty(beside.Read());
            Assert.Null(beside.EndSeq);
            steps[400..].ForEach(s => writer.Append(s.Seq, s.Input));
            writer.End(steps[^1].Seq);
            Assert.True(writer.Close(Patience));
        }

        using var reader = RunTapeReader.Open(File).Value;
        Assert.Equal(steps.Select(s => Text(s.Seq, s.Input)), reader.Read().Select(s => Text(s.Seq, s.Input)));
        Assert.Equal((steps[^1].Seq, null), (reader.EndSeq, reader.Problem));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Torn_or_changed_tape_gives_what_is_before_the_damage_and_says_where(bool isCut)
    {
        var steps = AnyMarket.Steps(3, 90);
        using (var writer = Write([]))
        {
            foreach (var part in steps.Chunk(30)) // three blocks
            {
                var length = writer.Length;
                Array.ForEach(part, s => writer.Append(s.Seq, s.Input));
                SpinWait.SpinUntil(() => writer.Length > length, Patience);
            }
        }

        var whole = System.IO.File.ReadAllBytes(File);
        string[] expected = [.. steps.Select(s => Text(s.Seq, s.Input))];
        for (var at = RunTapeFormat.HeadLength; at < whole.Length; at += 7)
        {
            var damaged = whole.AsSpan(0, isCut ? at : whole.Length).ToArray();
            if (!isCut)
            {
                damaged[at] ^= 0x10;
            }

            System.IO.File.WriteAllBytes(File, damaged);
            using var reader = RunTapeReader.Open(File).Value;
            string[] read = [.. reader.Read().Select(s => Text(s.Seq, s.Input))];
            Assert.True(read.Length < expected.Length, $"byte {at}");
            Assert.Equal(expected[..read.Length], read);
            Assert.True(reader.Problem is { Rule: "tape_torn", Offset: <= int.MaxValue } || (isCut && IsBoundary(whole, at)), $"byte {at}: {reader.Problem}");
        }
    }

    [Fact]
    public void Disk_that_takes_nothing_is_said_once_and_leaves_a_gap_that_is_counted()
    {
        var steps = AnyMarket.Steps(11, 300);
        var said = new List<Error?>();
        System.IO.File.WriteAllText(Path.Combine(_folder.Root, "market"), "a file where the folder should be");
        var options = new RunTapeOptions
        {
            LingerMs = 1,
            RetryMs = 5,
            WaitingMax = 200,
            Changed = problem =>
            {
                lock (said)
                {
                    said.Add(problem);
                }
            },
        };
        using var writer = new RunTapeWriter(File, _ => 1, options);
        steps[..299].ForEach(s => writer.Append(s.Seq, s.Input));
        SpinWait.SpinUntil(() => Said() > 0, Patience);
        System.IO.File.Delete(Path.Combine(_folder.Root, "market"));
        SpinWait.SpinUntil(() => Said() > 1, Patience);
        var length = 0L;
        SpinWait.SpinUntil(() => length == (length = writer.Length) && length > 100, TimeSpan.FromMilliseconds(300));
        writer.Append(steps[299].Seq, steps[299].Input);
        Assert.True(writer.Close(Patience));
        Assert.Equal(["tape_failed", null], said.Select(e => e?.Rule));

        using var reader = RunTapeReader.Open(File).Value;
        var read = reader.Read().ToList();
        Assert.Equal(steps[..read.Count].Select(s => Text(s.Seq, s.Input)), read.Select(s => Text(s.Seq, s.Input)));
        Assert.Equal("tape_gap", reader.Problem?.Rule);
        Assert.StartsWith($"{299 - read.Count} inputs from step {steps[read.Count].Seq} on are missing", reader.Problem!.Message, StringComparison.Ordinal);

        int Said()
        {
            lock (said)
            {
                return said.Count;
            }
        }
    }

    [Fact]
    public void Run_ends_at_once_on_a_disk_that_takes_nothing()
    {
        System.IO.File.WriteAllText(Path.Combine(_folder.Root, "market"), "a file where the folder should be");
        var failed = new ManualResetEventSlim();
        using var writer = new RunTapeWriter(File, _ => 1, new RunTapeOptions { LingerMs = 1, RetryMs = 600_000, Changed = _ => failed.Set() });
        var steps = AnyMarket.Steps(11, 20);
        writer.Append(steps[0].Seq, steps[0].Input);
        Assert.True(failed.Wait(Patience));
        steps[1..].ForEach(s => writer.Append(s.Seq, s.Input)); // waits behind what cannot be written
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        Assert.False(writer.Close(Patience));
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(began), TimeSpan.Zero, Patience / 2);
    }

    [Theory]
    [InlineData(null, "tape_missing")]
    [InlineData("this is no tape", "tape_foreign")]
    [InlineData("SHRT\u0002\0\0\0", "tape_version")]
    public void File_that_is_no_tape_of_this_program_is_an_error(string? text, string rule)
    {
        if (text is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(File)!);
            System.IO.File.WriteAllText(File, text);
        }

        Assert.Equal(rule, Assert.Single(RunTapeReader.Open(File).Errors).Rule);
    }

    [Fact]
    public void Tapes_older_than_that_are_deleted_and_nothing_else()
    {
        var now = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Root, "market")).FullName;
        foreach (var (name, hours) in (IEnumerable<(string, int)>)[("old.tape", 49), ("new.tape", 47), ("old.txt", 49)])
        {
            System.IO.File.WriteAllText(Path.Combine(folder, name), "");
            System.IO.File.SetLastWriteTimeUtc(Path.Combine(folder, name), now.AddHours(-hours).UtcDateTime);
        }

        Assert.Empty(RunTapeFolder.Purge(_folder.Root, now.AddHours(-48)));
        Assert.Equal(["new.tape", "old.txt"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
    }

    public void Dispose() => _folder.Dispose();

    private RunTapeWriter Write(List<(long Seq, EngineInput Input)> steps)
    {
        var writer = new RunTapeWriter(File, _ => 100_000_000, new RunTapeOptions { LingerMs = 1 });
        steps.ForEach(s => writer.Append(s.Seq, s.Input));
        return writer;
    }

    private static bool IsBoundary(byte[] tape, int at)
    {
        var end = RunTapeFormat.HeadLength;
        while (end < at)
        {
            end += RunTapeFormat.BlockHeadLength + BitConverter.ToInt32(tape, end);
        }

        return end == at;
    }

    /// <summary>All that is kept of an input.</summary>
    private static string Text(long seq, EngineInput input) => $"{seq} {input.At.Ms} " + input switch
    {
        TradesPrinted x => $"{x.Block.Symbol} "
            + string.Join(';', Enumerable.Range(x.From, x.To - x.From).Select(i => $"{x.Block.Time[i]} {x.Block.Price[i]}")),
        BookChanged x => $"{x.Symbol} {Best(x.Bids)} {Best(x.Asks)}",
        MarkChanged x => $"{x.Symbol} {x.Mark} {x.Index} {x.FundingRate} {x.NextFunding?.Ms}",
        KlineChanged x => $"{x.Symbol} {x.Interval} {x.Kline.Start}",
        KlinesClosed x => $"{x.Warming} {x.Late} " + string.Join(';', x.Series.Select(r => $"{r.Block.Symbol} {r.Block.Interval} {r.Drives} "
            + string.Join(',', Enumerable.Range(r.From, r.To - r.From)
                .Select(i => $"{r.Block.Start[i]} {r.Block.High[i]} {r.Block.Low[i]} {r.Block.Close[i]}")))),
        _ => throw new InvalidOperationException(input.ToString()),
    };

    private static long Best(IReadOnlyList<BookLevel> side) => side.Count == 0 ? 0 : side[0].Price;
}
