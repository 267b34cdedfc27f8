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
# Needs: root (Postfix changes its user), apt-get, dpkg-deb, python3. Everything stays in a temporary folder; one port on loopback.
# Ends with 0 if Postfix behaves as described, with 1 if that has changed.
set -eu
version=3.7.11-0+deb12u1
folder=$(mktemp -d)
chmod 755 "$folder"
master=
cleanup() {
  [ -z "$master" ] || kill "$master" 2>/dev/null || true
  cd / && rm -rf "$folder"
}
trap cleanup EXIT

cd "$folder"
apt-get -qq download "postfix=$version" >/dev/null 2>&1 || { apt-get -qq update && apt-get -qq download "postfix=$version" >/dev/null; }
dpkg-deb -x postfix_*.deb root
export LD_LIBRARY_PATH=$folder/root/usr/lib/postfix
for library in libdb5.3 libicu72 libnsl2 libtirpc3 libsasl2-2 libssl3; do
  if ldd root/usr/lib/postfix/sbin/smtpd | grep -q 'not found'; then
    apt-get -qq download "$library" >/dev/null && dpkg-deb -x "$library"_*.deb root
    LD_LIBRARY_PATH=$folder/root/usr/lib/postfix:$folder/root/usr/lib/$(uname -m)-linux-gnu
  fi
done

mkdir -p etc data spool/{incoming,active,deferred,defer,bounce,hold,corrupt,maildrop,public,private,pid,saved,trace,flush}
chown daemon data spool/{incoming,active,deferred,defer,bounce,hold,corrupt,maildrop,public,private,saved,trace,flush}
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >etc/main.cf <<CF
compatibility_level = 3.6
queue_directory = $folder/spool
data_directory = $folder/data
command_directory = $folder/root/usr/sbin
daemon_directory = $folder/root/usr/lib/postfix/sbin
shlib_directory = $folder/root/usr/lib/postfix
meta_directory = $folder/etc
import_environment = MAIL_CONFIG MAIL_LOGTAG LD_LIBRARY_PATH
mail_owner = daemon
setgid_group = mail
myhostname = relay.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
relay_domains = example.org
defer_transports = relay
alias_maps =
local_recipient_maps =
smtpd_peername_lookup = no
smtpd_recipient_restrictions = check_recipient_access inline:{ {watched@example.org = HOLD} }
maillog_file = $folder/mail.log
maillog_file_prefixes = $folder
CF
cat >etc/master.cf <<CF
127.0.0.1:$port inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr    unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce  unix - - n - 0 bounce
defer   unix - - n - 0 bounce
trace   unix - - n - 0 bounce
relay   unix - - n - - smtp
retry   unix - - n - - error
anvil   unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
CF
root/usr/lib/postfix/sbin/master -c "$folder/etc" -d &
master=$!

ids=$(python3 - "$port" <<'PY'
import socket, sys, time

def connect():
    for _ in range(300):
        try:
            return socket.create_connection(("127.0.0.1", int(sys.argv[1])), 60)
        except OSError:
            time.sleep(0.1)
    raise SystemExit("Postfix does not listen")

def send(subject, asks):
    peer = connect()
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
