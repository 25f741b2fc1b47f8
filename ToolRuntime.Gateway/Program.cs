using ToolRuntime.Gateway.Grpc;
using ToolRuntime.Gateway.Hosting;
using ToolRuntime.Gateway.OpenApi;
using ToolRuntime.Gateway.Rest;
using ToolRuntime.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddGateway();

var app = builder.Build();
app.UseProblems();
app.MapDefaultEndpoints();
app.MapGrpcService<ToolGrpcService>();
app.MapGrpcHealthChecksService();
app.MapGrpcReflectionService();
app.MapRest();
app.MapApiDescription();
await app.RunAsync();
