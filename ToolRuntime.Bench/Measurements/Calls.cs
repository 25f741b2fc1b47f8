namespace ToolRuntime.Bench.Measurements;

/// <summary>Makes so many calls, and looks at something after them.</summary>
internal static class Calls
{
    public static async Task<T> MakeAsync<T>(IScenario scenario, int calls, int callers, Func<T> look)
    {
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < calls / callers; i++)
            {
                await scenario.CallAsync();
            }
        })));
        return look();
    }
}
