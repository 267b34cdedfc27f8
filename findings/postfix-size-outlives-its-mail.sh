#!/usr/bin/env bash
# What one expects: SIZE belongs to the MAIL command that carries it (RFC 1870 section 3). After a MAIL that was refused for its size, the next MAIL
# command of the session stands for itself: one without SIZE, or with a small one, is taken.
#
# What happens: the size stays in the session. After 552 for a SIZE beyond message_size_limit, every MAIL without SIZE is answered with 552 as well,
# until the client says RSET or gives a smaller SIZE. A client that sends its next message over the same connection, without a declared size, gets a
# permanent failure for it.
#
# Seen with: Postfix 3.7.11 (Debian package postfix 3.7.11-0+deb12u1).
# Source: src/smtpd/smtpd.c, mail_cmd (state->msg_size, which a refused MAIL leaves as it was set by its parameter).
#
# Needs: root, apt-get, dpkg-deb, python3 (see private-postfix). Everything stays in a temporary folder; one port on loopback.
# Ends with 0 if Postfix behaves as described, with 1 if that has changed.
set -eu
settings='message_size_limit = 10240'
# shellcheck source=findings/private-postfix
. "$(dirname "$(readlink -f "$0")")/private-postfix"

python3 - "$port" <<'PY' | tee replies
import socket, sys

lines = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 60).makefile("rw", newline="\r\n")
lines.readline()
def ask(command):
    lines.write(command + "\n"); lines.flush()
    while (reply := lines.readline())[3:4] == "-":
        pass
    print(f"{command:40} {reply.strip()}")

ask("EHLO client.example")
ask("MAIL FROM:<a@example.net> SIZE=999999")
ask("MAIL FROM:<a@example.net>")
ask("RSET")
ask("MAIL FROM:<a@example.net>")
ask("RSET")
ask("MAIL FROM:<a@example.net> SIZE=999999")
ask("MAIL FROM:<a@example.net> SIZE=100")
ask("QUIT")
PY
expected="250 552 552 250 250 250 552 250 221"
[ "$(sed -E 's/.{40} ([0-9]{3}).*/\1/' replies | paste -sd ' ')" = "$expected" ]
