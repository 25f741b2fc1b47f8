using ToolRuntime.AppHost.Executors;
using ToolRuntime.AppHost.Gateway;
using ToolRuntime.AppHost.Ports;

var builder = DistributedApplication.CreateBuilder(args).WithDashboardAddress();

// As many executors as Executor:Replicas says, each a resource of its own: the Gateway balances over their addresses.
var executors = builder.AddExecutors();

builder.AddGateway("gateway")
    .WithExecutors(executors)
    .WithSampleCall("text/stats", """{"text":"hello world"}""");

builder.Build().Run();
