"""Reads a report from standard input with Python's own parser and prints what it found as JSON."""
import email
import email.policy
import json
import sys

message = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default.clone(utf8=True))
parts = message.get_payload()
status = [{k: str(v) for k, v in block.items()} for block in parts[1].get_payload()] if parts[1].is_multipart() else parts[1].get_payload(decode=True).decode()
returned = parts[2].get_payload(0).as_bytes().decode("utf-8", "surrogateescape") if len(parts) > 2 and parts[2].is_multipart() else None
print(json.dumps({
    "defects": [str(d) for part in message.walk() for d in part.defects],
    "type": message.get_content_type(),
    "report_type": message.get_param("report-type"),
    "to": message["To"],
    "from": message["From"].addresses[0].addr_spec,
    "auto_submitted": message["Auto-Submitted"],
    "has_date": message["Date"].datetime is not None,
    "message_id": message["Message-Id"],
    "types": [part.get_content_type() for part in parts],
    "text": parts[0].get_content(),
    "status": status,
    "returned": returned,
}))
