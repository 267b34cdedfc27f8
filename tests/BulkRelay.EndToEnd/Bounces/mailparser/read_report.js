// Reads a report from standard input with mailparser and prints what it found as JSON.
const { simpleParser } = require("mailparser");

simpleParser(process.stdin, { keepDeliveryStatus: true }).then((mail) => {
  const type = mail.headers.get("content-type");
  console.log(JSON.stringify({
    type: type.value,
    report_type: type.params["report-type"],
    from: mail.from.value[0].address,
    to: mail.to.value[0].address,
    subject: mail.subject,
    message_id: mail.messageId,
    date: mail.date.toISOString(),
    auto_submitted: mail.headers.get("auto-submitted"),
    text: mail.text,
    parts: mail.attachments.map((part) => ({ type: part.contentType, content: part.content.toString("utf8") })),
  }));
});
