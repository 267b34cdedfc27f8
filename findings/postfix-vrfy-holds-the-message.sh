#!/usr/bin/env bash
# What one expects: VRFY has no effect on the mail transaction in which it is asked (RFC 5321 section 4.1.1.6: it has no effect on the reverse-path
# buffer, the forward-path buffer, or the mail data buffer).
#
# What happens: smtpd_recipient_restrictions are evaluated for VRFY too, as documented, and a HOLD action in an access table then puts the message on
# hold whose transaction is open. Its only recipient is in no table: the client has asked about another address in between.
#
# Seen with: Postfix 3.7.11 (Debian package postfix 3.7.11-0+deb12u1), smtpd with smtpd_delay_reject = yes.
# Source: src/smtpd/smtpd.c, vrfy_cmd (it calls smtpd_check_rcpt, and what its actions ask for stays in the session's state).
#
# Needs: root, apt-get, dpkg-deb, python3 (see private-postfix). Everything stays in a temporary folder; one port on loopback.
# Ends with 0 if Postfix behaves as described, with 1 if that has changed.
set -eu
settings='smtpd_recipient_restrictions = check_recipient_access inline:{ {watched@example.org = HOLD} }'
# shellcheck source=findings/private-postfix
. "$(dirname "$(readlink -f "$0")")/private-postfix"

ids=$(python3 - "$port" <<'PY'
import socket, sys

def send(subject, asks):
    peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 60)
    lines = peer.makefile("rw", newline="\r\n")
    lines.readline()
    commands = ["HELO client.example", "MAIL FROM:<a@example.net>", "RCPT TO:<other@example.org>", *asks, "DATA"]
    for command in commands:
        lines.write(command + "\n"); lines.flush()
        lines.readline()
    lines.write(f"Subject: {subject}\n\nbody\n.\n"); lines.flush()
    reply = lines.readline()
    lines.write("QUIT\n"); lines.flush()
    return reply.rsplit(" ", 1)[-1].strip()

print(send("plain", []), send("asked", ["VRFY watched@example.org"]))
PY
)
read -r plain asked <<<"$ids"
where() { [ -n "$(find spool/hold -name "$1")" ] && echo "on hold" || echo "in the queue"; }
echo "message to other@example.org: $(where "$plain")"
echo "the same, with VRFY watched@example.org asked before its DATA: $(where "$asked")"
[ "$(where "$plain")" = "in the queue" ] && [ "$(where "$asked")" = "on hold" ]
