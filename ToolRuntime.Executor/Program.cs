using ToolRuntime.Executor.Grpc;
using ToolRuntime.Executor.Hosting;
using ToolRuntime.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddToolExecution();
builder.Services.AddExecutorGrpc();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapGrpcService<ExecutorGrpcService>();
app.MapGrpcHealthChecksService();
app.MapGrpcReflectionService();
await app.RunAsync();
