namespace ToolRuntime.Tests.Support;

/// <summary>Waits for a condition with a deadline.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static Task True(Func<bool> condition, string what, TimeSpan? limit = null) =>
        True(() => Task.FromResult(condition()), what, limit);

    /// <param name="found">Tells what was there instead.</param>
    public static async Task True(
        Func<Task<bool>> condition, string what, TimeSpan? limit = null, Func<string>? found = null)
    {
        using var deadline = new CancellationTokenSource(limit ?? Limit);
        while (!await condition())
        {
            if (deadline.IsCancellationRequested)
            {
                Assert.Fail($"Waited in vain for: {what}{(found is null ? "" : $"\nThere was:\n{found()}")}");
            }

            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }
}
