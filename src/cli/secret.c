/* The terminal's echo is put back however the typing ends. */
#include "cli/secret.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "access/password.h"

/* One line without its end; false when there is none or it is too long. */
static bool read_line(int fd, char line[SECRET_LINE])
{
    size_t size = 0;
    char c;
    ssize_t got;
    while ((got = read(fd, &c, 1)) == 1 && c != '\n') {
        if (size == SECRET_LINE - 1) return false;
        line[size++] = c;
    }
    if (size > 0 && line[size - 1] == '\r') size--;
    line[size] = '\0';
    return got == 1 || size > 0;
}

static int no_line(struct err *err)
{
    return err_set(err, ERR_INPUT, "没有读到密码，或密码太长", "No password was read, or it is too long");
}

static int type_once(const struct cli *cli, int terminal, const char *zh, const char *en,
                     char line[SECRET_LINE], struct err *err)
{
    struct termios before, silent;
    if (tcgetattr(terminal, &before) != 0) return no_line(err);
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(terminal, TCSAFLUSH, &silent);
    dprintf(terminal, "%s", cli_say(cli, zh, en)); /* after it, or what is typed at once would be flushed */
    bool read = read_line(terminal, line);
    tcsetattr(terminal, TCSAFLUSH, &before);
    dprintf(terminal, "\n");
    return read ? 0 : no_line(err);
}

static int type_twice(const struct cli *cli, int terminal, struct secret *secret, struct err *err)
{
    char again[SECRET_LINE];
    int code = type_once(cli, terminal, "密码：", "Password: ", secret->line, err);
    if (code == 0) code = type_once(cli, terminal, "再输一次：", "Once more: ", again, err);
    if (code == 0 && strcmp(secret->line, again) != 0)
        code = err_set(err, ERR_INPUT, "两次输入的密码不一样", "The two passwords differ");
    explicit_bzero(again, sizeof again);
    return code;
}

int secret_get(const struct cli *cli, bool from_stdin, struct secret *secret, struct err *err)
{
    *secret = (struct secret){0};
    if (from_stdin) return read_line(STDIN_FILENO, secret->line) ? 0 : no_line(err);
    int terminal = isatty(STDIN_FILENO) ? open("/dev/tty", O_RDWR | O_CLOEXEC) : -1;
    if (terminal < 0) {
        password_generate(secret->line);
        secret->generated = true;
        return 0;
    }
    int code = type_twice(cli, terminal, secret, err);
    close(terminal);
    return code;
}

void secret_wipe(struct secret *secret)
{
    explicit_bzero(secret, sizeof *secret);
}
