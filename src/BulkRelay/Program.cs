using BulkRelay.Server.Applets;

// Called as `bulkrelay COMMAND …`, or through a symbolic link that has a command's name (`postqueue -p`).
var called = Path.GetFileName(Invocation.ProgramName());
if (AppletTable.Find(called) is { } linked) return await linked.RunAsync(args, Console.Out, Console.Error);
if (args.Length > 0 && AppletTable.Find(args[0]) is { } named) return await named.RunAsync(args[1..], Console.Out, Console.Error);
return Help.Show(args, Console.Out, Console.Error);
