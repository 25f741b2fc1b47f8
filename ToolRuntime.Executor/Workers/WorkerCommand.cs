namespace ToolRuntime.Executor.Workers;

/// <summary>What a worker is started with.</summary>
internal static class WorkerCommand
{
    /// <summary>The folder of the runtime's own TypeScript.</summary>
    public static string ScriptFolder { get; } = Path.Combine(AppContext.BaseDirectory, "worker");

    public static string Script { get; } = Path.Combine(ScriptFolder, "worker.ts");

    /// <summary>Have the worker fork itself for each worker that is wanted, once it has loaded a tool that does nothing.</summary>
    public static IReadOnlyList<string> ForkArguments { get; } = ["fork-server", Path.Combine(ScriptFolder, "rehearsal.ts")];

    /// <summary>All that a worker's environment holds, beside its scratch folder, until a call adds its own.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
        ["LANG"] = "C.UTF-8",
        ["BUN_RUNTIME_TRANSPILER_CACHE_PATH"] = "0",
        ["DO_NOT_TRACK"] = "1",

        // What the engine would reserve for compiled code, a gigabyte, is over the limit of the address space, and then it
        // compiles nothing.
        ["BUN_JSC_jitMemoryReservationSize"] = "67108864",

        // A process can be forked as long as it has one thread; so the engine compiles and collects, and its allocator gives
        // memory back, in the tool's own. The worker hides these from the tool.
        ["BUN_JSC_useConcurrentJIT"] = "0",
        ["BUN_JSC_useConcurrentGC"] = "0",
        ["BUN_JSC_numberOfGCMarkers"] = "1",
        ["BUN_JSC_useWarmUpMarkedBlocks"] = "0",
        ["MIMALLOC_SCAVENGER"] = "0",
    };

    /// <param name="scratch">The folder that the worker may write to.</param>
    public static IReadOnlyDictionary<string, string> EnvironmentWith(string scratch) =>
        new Dictionary<string, string>(Environment) { ["TMPDIR"] = scratch };
}
