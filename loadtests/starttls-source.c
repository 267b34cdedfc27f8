/*
 * starttls-source PORT MESSAGES WORKERS [resume]: messages of 4 KB to a server on loopback, each in a session of its own under STARTTLS; with
 * "resume" a worker takes up its last TLS session again. In C, because a source that takes more of the machine than the server measures itself.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINES = 4, LINE_LENGTH = 998 };

static char content[LINES * (LINE_LENGTH + 2) + 100];

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void make_content(void)
{
    char *at = content + sprintf(content, "Subject: load\r\n\r\n");
    for (int line = 0; line < LINES; line++) {
        memset(at, 'x', LINE_LENGTH);
        at += LINE_LENGTH;
        at += sprintf(at, "\r\n");
    }
    sprintf(at, ".\r\n");
}

/* One read in clear or, once there is a TLS connection, through it. */
static int receive(int fd, SSL *tls, char *to, int size)
{
    int count = tls ? SSL_read(tls, to, size) : (int)read(fd, to, size);
    if (count <= 0) die("the server hung up");
    return count;
}

/* Reads so many replies; the last one must begin with the code. */
static void expect(int fd, SSL *tls, const char *code, int replies)
{
    char text[8192];
    int length = 0, line = 0;
    while (replies > 0) {
        length += receive(fd, tls, text + length, (int)sizeof text - length - 1);
        text[length] = 0;
        for (char *end; replies > 0 && (end = strstr(text + line, "\r\n")); line = (int)(end - text) + 2) {
            if (text[line + 3] == '-' || --replies > 0) continue;
            if (strncmp(text + line, code, 3) == 0) return;
            fprintf(stderr, "expected %s, got: %s", code, text + line);
            exit(1);
        }
    }
}

static void say(int fd, SSL *tls, const char *what, const char *code, int replies)
{
    int length = (int)strlen(what);
    if ((tls ? SSL_write(tls, what, length) : (int)write(fd, what, length)) != length) die("write");
    expect(fd, tls, code, replies);
}

static int connect_to(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) die("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

static SSL_SESSION *send_one(int port, SSL_CTX *context, SSL_SESSION *last)
{
    int fd = connect_to(port);
    expect(fd, NULL, "220", 1);
    say(fd, NULL, "EHLO load.test\r\n", "250", 1);
    say(fd, NULL, "STARTTLS\r\n", "220", 1);
    SSL *tls = SSL_new(context);
    SSL_set_fd(tls, fd);
    if (last) SSL_set_session(tls, last);
    if (SSL_connect(tls) != 1) die("handshake");
    say(fd, tls, "EHLO load.test\r\n", "250", 1);
    say(fd, tls, "MAIL FROM:<a@campaign.test>\r\nRCPT TO:<u@dest.test>\r\nDATA\r\n", "354", 3);
    say(fd, tls, content, "250", 1);
    say(fd, tls, "QUIT\r\n", "221", 1);
    SSL_SESSION *next = SSL_get1_session(tls);
    SSL_shutdown(tls);
    SSL_free(tls);
    close(fd);
    return next;
}

/* A load source does not care whom it loads. */
static int accept_any_certificate(X509_STORE_CTX *store, void *unused)
{
    (void)store;
    (void)unused;
    return 1;
}

int main(int count, char **arguments)
{
    if (count < 4) {
        fprintf(stderr, "usage: %s PORT MESSAGES WORKERS [resume]\n", arguments[0]);
        return 2;
    }
    int port = atoi(arguments[1]), messages = atoi(arguments[2]), workers = atoi(arguments[3]), failed = 0;
    make_content();
    for (int worker = 0; worker < workers; worker++) {
        if (fork()) continue;
        SSL_CTX *context = SSL_CTX_new(TLS_client_method());
        SSL_CTX_set_cert_verify_callback(context, accept_any_certificate, NULL);
        SSL_SESSION *last = NULL;
        for (int n = worker; n < messages; n += workers) {
            SSL_SESSION *next = send_one(port, context, count > 4 ? last : NULL);
            SSL_SESSION_free(last);
            last = next;
        }
        return 0;
    }
    for (int status; wait(&status) > 0;) failed |= status;
    return failed != 0;
}
