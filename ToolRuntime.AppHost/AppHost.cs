using ToolRuntime.AppHost.Executors;
using ToolRuntime.AppHost.Gateway;
using ToolRuntime.AppHost.Grafana;
using ToolRuntime.AppHost.Panels;
using ToolRuntime.AppHost.Ports;
using ToolRuntime.AppHost.Prometheus;
using ToolRuntime.AppHost.Traffic;

var builder = DistributedApplication.CreateBuilder(args).WithDashboardAddress();

// As many executors as Executor:Replicas says, each a resource of its own: the Gateway balances over their addresses.
var executors = builder.AddExecutors();

var gateway = builder.AddGateway("gateway")
    .WithExecutors(executors)
    .WithSampleCall("text/stats", """{"text":"hello world"}""");

// What is wrong with a tool, at a glance: the panels page needs nothing installed, Grafana draws the same dashboard.
var prometheus = builder.AddPrometheus("prometheus", [.. executors, gateway]);
var panels = builder.AddPanels("panels", prometheus);
builder.AddGrafana("grafana", prometheus, panels);

// Started by hand, so that there is something to see.
builder.AddTraffic("traffic", gateway);

builder.Build().Run();
