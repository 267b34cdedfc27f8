using BulkRelay.EndToEnd.Store;

// The tests run in the test host; as a program this assembly is what the store's tests kill and cut off from the disk.
return args is ["store-writer", var file, var goal, var adders]
    ? await StoreWriter.RunAsync(file, int.Parse(goal, System.Globalization.CultureInfo.InvariantCulture),
        int.Parse(adders, System.Globalization.CultureInfo.InvariantCulture))
    : throw new ArgumentException("usage: store-writer FILE GOAL ADDERS");
