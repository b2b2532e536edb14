/* Mail by the machine's own MTA, which is handed the letter on its standard input, or by SMTP. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "notify/deliver_private.h"

enum { LINE = 57, LINE_OUT = 80, WORD = 39 };

/* ---- The letter ---- */

static void put_base64(struct buffer *out, struct text bytes)
{
    char line[LINE_OUT];
    for (size_t i = 0; i < bytes.size; i += LINE) {
        size_t size = bytes.size - i < LINE ? bytes.size - i : LINE;
        sodium_bin2base64(line, sizeof line, (const unsigned char *)bytes.at + i, size,
                          sodium_base64_VARIANT_ORIGINAL);
        buffer_string(out, line);
        buffer_string(out, "\r\n");
    }
}

/* RFC 2047: words so short that lines have 76 characters at most, none of which cuts a character in two. */
static void put_subject(struct buffer *out, struct text subject)
{
    char word[LINE_OUT];
    size_t at = 0;
    buffer_string(out, "Subject:");
    while (at < subject.size) {
        size_t end = at, next = at;
        while (next < subject.size) {
            text_next(subject, &next);
            if (next - at > WORD) break;
            end = next;
        }
        sodium_bin2base64(word, sizeof word, (const unsigned char *)subject.at + at, end - at,
                          sodium_base64_VARIANT_ORIGINAL);
        buffer_printf(out, " =?UTF-8?B?%s?=\r\n", word);
        at = end;
    }
    if (subject.size == 0) buffer_string(out, "\r\n");
}

static void put_date(struct buffer *out, int64_t now)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t moment = (time_t)now;
    struct tm utc;
    gmtime_r(&moment, &utc);
    buffer_printf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[utc.tm_wday], utc.tm_mday,
                  months[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

void mail_write(const char *from, const struct delivery_message *message, struct buffer *out)
{
    unsigned char random[12];
    char id[2 * sizeof random + 1];
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(id, sizeof id, random, sizeof random);
    buffer_printf(out, "From: <%s>\r\nTo: <%s>\r\n", from, message->to);
    put_subject(out, message->subject);
    put_date(out, message->now);
    buffer_printf(out, "Message-ID: <%s%s>\r\n", id, strchr(from, '@'));
    buffer_string(out,
                  "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                  "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
    put_base64(out, message->body);
}

/* ---- By the local MTA ---- */

static int spawn(const char *program, const char *from, int input, pid_t *child)
{
    char *const words[] = {(char *)program, "-t", "-i", "-f", (char *)from, NULL};
    char *const environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigmask(&attributes, &none);
    int code = posix_spawn(child, program, &actions, &attributes, words, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return code;
}

/* All of it, or false: whoever reads went away. A letter is small, it fits into the socket. */
static bool hand_over(int file, struct text letter)
{
    while (letter.size > 0) {
        ssize_t sent = send(file, letter.at, letter.size, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        letter.at += sent;
        letter.size -= (size_t)sent;
    }
    return true;
}

/* Its status; -1: it took too long and was ended. */
static int wait_for(pid_t child, int64_t seconds)
{
    int file = pidfd_open(child, 0), status = 0;
    struct pollfd ends = {.fd = file, .events = POLLIN};
    int ready = file < 0 ? 0 : poll(&ends, 1, (int)(seconds * 1000));
    if (ready <= 0) kill(child, SIGKILL);
    if (file >= 0) close(file);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    if (ready <= 0) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static enum delivery by_sendmail(const struct notify_channel *channel, const struct delivery_message *message,
                                 struct text letter, struct err *why)
{
    int pair[2];
    pid_t child;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        err_errno(why, channel->sendmail, "不能运行", "Cannot run");
        return DELIVERY_FAILED;
    }
    errno = spawn(channel->sendmail, channel->from, pair[1], &child);
    close(pair[1]);
    if (errno != 0) {
        err_errno(why, channel->sendmail, "不能运行", "Cannot run");
        close(pair[0]);
        return DELIVERY_FAILED;
    }
    bool whole = hand_over(pair[0], letter);
    close(pair[0]);
    int status = wait_for(child, message->seconds);
    if (status == 0 && whole) return DELIVERY_DONE;
    if (status < 0)
        err_set(why, ERR_IO, "%s 超过 %lld 秒没有结束，已停止",
                "%s did not end within %lld seconds and was stopped", channel->sendmail,
                (long long)message->seconds);
    else
        err_set(why, ERR_IO, "%s 没有收下（退出码 %d）", "%s did not take it (exit status %d)",
                channel->sendmail, status);
    return status < 0 ? DELIVERY_UNCERTAIN : DELIVERY_FAILED;
}

/* ---- By SMTP ---- */

static size_t give(char *out, size_t one, size_t count, void *context)
{
    struct text *rest = context;
    size_t size = one * count < rest->size ? one * count : rest->size;
    if (size > 0) memcpy(out, rest->at, size);
    rest->at += size;
    rest->size -= size;
    return size;
}

static enum delivery by_smtp(const struct notify_channel *channel, const struct delivery_message *message,
                             struct text letter, struct err *why)
{
    enum { REFUSED = 400 };
    long answer = 0;
    CURL *curl = courier_new(message->seconds);
    struct curl_slist *to = curl_slist_append(NULL, message->to);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_URL, channel->smtp);
    /* A password never goes over an open line; without one, what the other side offers is used. */
    curl_easy_setopt(curl, CURLOPT_USE_SSL,
                     channel->password == NULL ? (long)CURLUSESSL_TRY : (long)CURLUSESSL_ALL);
    if (channel->login != NULL) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, channel->login);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, channel->password);
    }
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, channel->from);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(curl, CURLOPT_READDATA, &letter);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    enum delivery end = courier_go(curl, why);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
    if (end == DELIVERY_UNCERTAIN && answer >= REFUSED) end = DELIVERY_FAILED; /* it said no to the letter */
    curl_slist_free_all(to);
    curl_easy_cleanup(curl);
    return end;
}

enum delivery mail_deliver(const struct notify_channel *channel, const struct delivery_message *message,
                           struct err *why)
{
    struct buffer letter = {0};
    mail_write(channel->from, message, &letter);
    enum delivery end = channel->sendmail != NULL ? by_sendmail(channel, message, buffer_get(&letter), why)
                                                  : by_smtp(channel, message, buffer_get(&letter), why);
    buffer_fini(&letter);
    return end;
}
