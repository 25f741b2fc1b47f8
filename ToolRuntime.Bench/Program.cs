using ToolRuntime.Bench;
using ToolRuntime.Bench.Results;
using ToolRuntime.Bench.Services;
using ToolRuntime.Bench.Traffic;

switch (args)
{
    case [EchoExecutor.Argument]:
        await EchoExecutor.RunAsync();
        return;
    case [TelemetrySink.Argument]:
        await TelemetrySink.RunAsync();
        return;
    case [TrafficHost.Argument, .. var settings]:
        await TrafficHost.RunAsync(settings);
        return;
}

// dotnet run -c Release --project ToolRuntime.Bench -- [--write docs/performance.md] [names of rows]
var path = args is ["--write", var file, ..] ? file : null;
var names = path is null ? args : args[2..];
var table = new ResultTable();
foreach (var row in Rows.All.Where(row => names.Length == 0 || names.Contains(row.Name)))
{
    Console.WriteLine(table.Add(row, await row.MeasureAsync()));
}

if (path is not null)
{
    await table.WriteAsync(path);
}
