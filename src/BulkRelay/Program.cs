using System.Text;
using BulkRelay.Server;
using BulkRelay.Server.Applets;

RuntimeDiagnostics.Shut();
SocketEngine.Configure();

// Standard output is buffered when nobody watches: a listing of a million messages is not a million writes.
await using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 32 * 1024) { AutoFlush = !Console.IsOutputRedirected };

// Called as `bulkrelay COMMAND …`, or through a symbolic link that has a command's name (`postqueue -p`).
var called = Path.GetFileName(Invocation.ProgramName());
if (AppletTable.Find(called) is { } linked) return await linked.RunAsync(args, output, Console.Error);
if (args.Length > 0 && AppletTable.Find(args[0]) is { } named) return await named.RunAsync(args[1..], output, Console.Error);
return Help.Show(args, output, Console.Error);
