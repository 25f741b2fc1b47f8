using ToolRuntime.Gateway.Grpc;
using ToolRuntime.Gateway.Hosting;
using ToolRuntime.Gateway.Mcp;
using ToolRuntime.Gateway.Rest;
using ToolRuntime.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddGateway();

var app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.MapDefaultEndpoints();
app.MapGrpcService<ToolGrpcService>();
app.MapGrpcHealthChecksService();
app.MapGrpcReflectionService();
app.MapRest();
app.MapMcp();
await app.RunAsync();
