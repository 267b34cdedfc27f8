using System.Text;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Ingress.Maildrop;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Tests.Ingress.Maildrop;

public sealed class PickupTests : PickupTest
{
    [Fact]
    public async Task What_lies_there_is_queued_at_the_start_and_each_minute_and_goes()
    {
        await AddAsync("first");
        StartActor();
        (await NextAsync()).ShouldContain("Subject: first");
        await AddAsync("second");
        Time.Advance(TimeSpan.FromMinutes(1));
        (await NextAsync()).ShouldContain("Subject: second");
        await EmptiedAsync();
    }

    [Fact]
    public async Task What_the_queue_cannot_take_now_stays_and_is_tried_again()
    {
        Answer = _ => StoreResult.Unavailable;
        await AddAsync("later");
        StartActor();
        await NextAsync();
        Answer = _ => StoreResult.Stored;
        Time.Advance(TimeSpan.FromMinutes(1));
        (await NextAsync()).ShouldContain("Subject: later");
        await EmptiedAsync();
        Log().ShouldContain("4.3.0 queue file write error: tried again in a minute");
    }

    /// <summary>Otherwise its mail would be sent again after the next start.</summary>
    [Fact]
    public async Task A_stop_waits_for_what_is_in_hand_and_begins_nothing()
    {
        var inHand = new TaskCompletionSource();
        using var mayEnd = new ManualResetEventSlim();
        Answer = _ =>
        {
            inHand.TrySetResult();
            mayEnd.Wait(Patience);
            return StoreResult.Stored;
        };
        await AddAsync("in hand");
        StartActor();
        await inHand.Task.WaitAsync(Patience);
        var stopped = Pickup.GracefulStop(Patience, IngressProtocol.Drain.Instance);
        stopped.IsCompleted.ShouldBeFalse();
        await AddAsync("late");
        mayEnd.Set();
        (await stopped).ShouldBeTrue();
        Left.Count().ShouldBe(1);
        (await NextAsync()).ShouldContain("Subject: in hand");
    }

    [Theory]
    [InlineData("no envelope\n")]
    [InlineData("{\"sender\":\"a@x.test\",\"recipients\":[\"b@y.test\"]}")]
    [InlineData("{\"recipients\":[\"b@y.test\"]}\nSubject: x\n\n")]
    [InlineData("{\"sender\":\"a@x.test\",\"recipients\":[null]}\nSubject: x\n\n")]
    [InlineData("[]\n")]
    [InlineData("\n")]
    [InlineData("")]
    public async Task A_file_that_cannot_be_read_is_put_aside_and_told(string text)
    {
        await AddFileAsync("garbage", Encoding.UTF8.GetBytes(text));
        await AddAsync("good");
        StartActor();
        (await NextAsync()).ShouldContain("Subject: good");
        await EmptiedAsync();
        Corrupt.ShouldBe(["garbage"]);
        Folder.CountCorrupt().ShouldBe(1);
        Log().ShouldContain("maildrop: garbage: it has no envelope: the file is in the folder corrupt now");
    }

    /// <summary>One file makes an exception: the others, and later scans, are as if it were not there.</summary>
    [Fact]
    public async Task Trouble_with_one_file_is_no_trouble_of_the_others()
    {
        // Nothing can be put aside, as something else has the name of the folder.
        await File.WriteAllTextAsync(CorruptPath, "");
        for (var i = 0; i < 20; i++) await AddFileAsync($"garbage{i}", "no envelope\n"u8.ToArray());
        for (var i = 0; i < 20; i++) await AddAsync("good");
        StartActor();
        for (var i = 0; i < 20; i++) (await NextAsync()).ShouldContain("Subject: good");
        await EndScanAsync();
        Left.Count().ShouldBe(20);
        Log().ShouldContain("maildrop: garbage19: ");
    }

    /// <summary>Otherwise its mail would be sent once a minute.</summary>
    [Fact]
    public async Task A_file_that_cannot_be_removed_is_sent_once()
    {
        // While its message is being queued, the name goes to a folder, which cannot be removed as a file.
        await AddAsync("once");
        var path = Folder.Files.Single();
        Answer = _ =>
        {
            if (!File.Exists(path)) return StoreResult.Stored;
            File.Move(path, SecondName);
            Directory.CreateDirectory(path);
            return StoreResult.Stored;
        };
        StartActor();
        var sent = await EndScanAsync();
        Answer = _ => StoreResult.Stored;
        Directory.Delete(path);
        File.Move(SecondName, path);
        sent.AddRange(await EndScanAsync());
        sent.Count(m => m.Contains("Subject: once", StringComparison.Ordinal)).ShouldBe(1);
        Left.ShouldBeEmpty();
    }

    /// <summary>Anybody may put there what he likes: what is not his own whole regular file is not opened, or not read.</summary>
    [Fact]
    public async Task What_is_no_mail_is_left_alone()
    {
        await AddAsync("complete");
        var complete = Folder.Files.Single();
        File.CreateSymbolicLink(Path.Combine(Drop, "symlink"), complete);
        await File.WriteAllTextAsync(Path.Combine(Drop, "unfinished"), "{}\n");
        System.Diagnostics.Process.Start("mkfifo", Path.Combine(Drop, "fifo")).WaitForExit();
        System.Diagnostics.Process.Start("chmod", ["700", Path.Combine(Drop, "fifo")]).WaitForExit();
        System.Diagnostics.Process.Start("ln", [complete, SecondName]).WaitForExit();
        Folder.Files.Count().ShouldBe(4);
        foreach (var file in Folder.Files) MaildropFile.TryOpen(file).ShouldBeNull(file);
        File.Delete(SecondName);
        await using var mail = MaildropFile.TryOpen(complete).ShouldNotBeNull();
        mail.UserId.ShouldBe(int.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith("Uid:", StringComparison.Ordinal))
            .Split('\t')[1], System.Globalization.CultureInfo.InvariantCulture));
    }
}
