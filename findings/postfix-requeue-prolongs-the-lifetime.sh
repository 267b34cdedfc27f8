#!/usr/bin/env bash
# What one expects: a message is returned once the age that listings and log lines give it has reached maximal_queue_lifetime, whatever an operator has
# done to it in between (postconf(5) speaks of the time in the queue).
#
# What happens: postsuper -r keeps the arrival time (listing and delay= show it), but the lifetime counts from the new queue file. The message is
# returned when the log gives it an age well over the limit. Who requeues a queue every day keeps it for ever.
#
# Seen with: Postfix 3.7.11 (Debian package postfix 3.7.11-0+deb12u1).
# Source: src/qmgr/qmgr_active.c, qmgr_active_done_2_generic (it compares create_time, the time of the queue file, not arrival_time).
#
# Needs: root, apt-get, dpkg-deb, python3 (see private-postfix). Everything stays in a temporary folder; one port on loopback. Takes 45 seconds.
# Ends with 0 if Postfix behaves as described, with 1 if that has changed.
set -eu
settings='relay_transport = relay:[127.0.0.1]:9
fast_flush_domains =
maximal_queue_lifetime = 20s
bounce_queue_lifetime = 20s
minimal_backoff_time = 2s
maximal_backoff_time = 2s
queue_run_delay = 2s'
# shellcheck source=findings/private-postfix
. "$(dirname "$(readlink -f "$0")")/private-postfix"
sed -i 's/^defer_transports.*//' etc/main.cf
echo 'pickup unix n - n 2 1 pickup' >>etc/master.cf
kill -HUP "$master"
for _ in {1..100}; do [ -S spool/public/pickup ] && break; sleep 0.1; done

ids=$(python3 - "$port" <<'PY'
import socket, sys

def send():
    peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 60)
    lines = peer.makefile("rw", newline="\r\n")
    lines.readline()
    for command in ["HELO client.example", "MAIL FROM:<a@example.net>", "RCPT TO:<b@example.org>", "DATA"]:
        lines.write(command + "\n"); lines.flush()
        lines.readline()
    lines.write("Subject: test\n\nbody\n.\n"); lines.flush()
    return lines.readline().rsplit(" ", 1)[-1].strip()

print(send(), send())
PY
)
read -r left requeued <<<"$ids"
sleep 10
root/usr/sbin/postsuper -c "$folder/etc" -r "$requeued" 2>/dev/null

renamed=
for _ in {1..45}; do
  renamed=$(sed -n "s/.*pickup.*: \([0-9A-F]*\): .*orig_id=$requeued\$/\1/p" mail.log)
  [ -n "$renamed" ] && grep -q "$renamed: .*status=expired" mail.log && break
  sleep 1
done
# The age at the last attempt before it was given up.
age() { sed -n "s/.*$1: to=<b@example.org>.* delay=\([0-9]*\).*/\1/p" mail.log | tail -n 1; }
echo "left alone: returned at an age of $(age "$left") s"
echo "requeued after 10 s: returned at an age of $(age "$renamed") s, by the delay in the log"
[ "$(age "$left")" -le 24 ] && [ "$(age "$renamed")" -ge 27 ]
