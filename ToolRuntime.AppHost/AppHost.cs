var builder = DistributedApplication.CreateBuilder(args);

builder.AddProject<Projects.ToolRuntime_Executor>("executor-0", o => { o.ExcludeLaunchProfile = true; o.ExcludeKestrelEndpoints = true; }).WithHttpEndpoint();
builder.AddProject<Projects.ToolRuntime_Gateway>("gateway", o => { o.ExcludeLaunchProfile = true; o.ExcludeKestrelEndpoints = true; }).WithHttpEndpoint();

builder.Build().Run();
