using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Streaming;
using Kind = ToolRuntime.Contracts.V1.ExecutionEvent.EventOneofCase;

namespace ToolRuntime.Tests.Executor.Streaming;

public sealed class EventBufferTests
{
    private readonly EventBuffer _events = new(new FakeTimeProvider());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_come_in_the_order_in_which_they_were_added()
    {
        _events.Queued("id", "executor-0");
        _events.Started();
        _events.Log(LogLevel.Warning, "stderr", "line");
        _events.Progress(0.5, "half");
        _events.Complete(new ExecuteToolResponse());

        Assert.Equal([Kind.Queued, Kind.Started, Kind.Log, Kind.Progress, Kind.Result], await ReadAsync());
    }

    [Fact]
    public async Task Whoever_reads_the_tool_waits_while_it_is_full()
    {
        await using var reader = _events.ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.False(_events.IsFull);
        Fill();
        Fill();

        var room = _events.RoomAsync(Cancellation).AsTask();
        Assert.True(_events.IsFull);
        await reader.MoveNextAsync();
        await reader.MoveNextAsync();
        Assert.False(room.IsCompleted);
        _events.Complete(null);
        await reader.MoveNextAsync();

        await room;
    }

    [Fact]
    public async Task There_is_room_again_when_the_reader_has_read()
    {
        await using var reader = _events.ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        Fill();
        _events.Started();
        var room = _events.RoomAsync(Cancellation).AsTask();

        await reader.MoveNextAsync();
        Assert.False(room.IsCompleted);
        await reader.MoveNextAsync();

        await room;
    }

    [Fact]
    public async Task Who_waits_for_room_can_give_up()
    {
        using var cancellation = new CancellationTokenSource();
        Fill();
        var room = _events.RoomAsync(cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => room);
    }

    [Fact]
    public async Task The_result_is_taken_in_however_full_it_is_and_nothing_after_it()
    {
        Fill();

        _events.Complete(new ExecuteToolResponse());
        _events.Log(LogLevel.Information, "stdout", "late");

        Assert.False(_events.IsFull);
        Assert.Equal([Kind.Log, Kind.Result], await ReadAsync());
    }

    private void Fill() => _events.Log(LogLevel.Information, "console", new string('x', EventBuffer.Capacity));

    private async Task<Kind[]> ReadAsync() =>
        [.. await _events.ReadAllAsync(Cancellation).Select(happened => happened.EventCase).ToListAsync(Cancellation)];
}
