namespace ToolRuntime.Executor.Processes.Posix;

/// <summary>
/// A thread that completes tasks for the threads that start processes. A thread passes its sandbox on to every thread
/// that it starts, and completing a task can make the thread pool start one; so a restricted thread completes none itself.
/// </summary>
internal static class Relay
{
    private static readonly Queue<Action> Actions = Start();

    public static void Run(Action action)
    {
        lock (Actions)
        {
            Actions.Enqueue(action);
            Monitor.Pulse(Actions);
        }
    }

    /// <summary>Starts the thread, from a thread that is not restricted.</summary>
    public static void EnsureStarted() => System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(Relay).TypeHandle);

    private static Queue<Action> Start()
    {
        var actions = new Queue<Action>(64);
        new Thread(() => Work(actions)) { IsBackground = true, Name = "tool process relay" }.UnsafeStart();
        return actions;
    }

    private static void Work(Queue<Action> actions)
    {
        while (true)
        {
            Action? action;
            lock (actions)
            {
                while (!actions.TryDequeue(out action))
                {
                    Monitor.Wait(actions);
                }
            }

            action();
        }
    }
}
