/* Stands for every program on the PATH of a run: asks the harness what is to happen, and does that.
 *
 * It sends its name, its arguments and its environment over the socket `calls` beside it, and is answered with a list of
 * texts, each ended by a zero byte:
 *   exec VARIABLES NAME=VALUE... PROGRAM ARGUMENT...   become the program
 *   run  VARIABLES NAME=VALUE... PROGRAM ARGUMENT...   let it run to its end, and ask again; `TAGKEEPER_FULL=1` among the
 *                                                      variables lets no file grow, `TAGKEEPER_MUTE=1` drops its output
 *   exit STATUS OUTPUT ERRORS                          say this and end
 */
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST (1 << 20)
#define FIELDS 4096

extern char **environ;
static char reply[MOST];
static char *field[FIELDS];

static void say(int to, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t sent = write(to, text, length);
        if (sent <= 0)
            _exit(125);
        text += sent;
        length -= sent;
    }
}

static void say_text(int to, const char *text) { say(to, text, strlen(text) + 1); }

/* One answer: a line with its length in bytes, and the texts. Where the harness is gone, so are we. */
static int hear(int from)
{
    char head[16];
    size_t at = 0, length;
    do {
        if (at == sizeof head || read(from, head + at, 1) != 1)
            _exit(125);
    } while (head[at++] != '\n');
    length = strtoul(head, NULL, 10);
    if (length >= MOST)
        _exit(125);
    for (at = 0; at < length;) {
        ssize_t got = read(from, reply + at, length - at);
        if (got <= 0)
            _exit(125);
        at += got;
    }
    int count = 0;
    for (at = 0; at < length && count < FIELDS - 1; at += strlen(reply + at) + 1)
        field[count++] = reply + at;
    field[count] = NULL;
    return count;
}

static int dial(const char *self)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char *copy = strdup(self);
    snprintf(address.sun_path, sizeof address.sun_path, "%s/calls", dirname(copy));
    int line = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(line, (struct sockaddr *)&address, sizeof address) != 0)
        _exit(125);
    return line;
}

static void become(int is_run)
{
    int variables = atoi(field[1]);
    for (int at = 0; at < variables; at++) {
        char *name = field[2 + at], *value = strchr(name, '=');
        *value++ = 0;
        if (is_run && strcmp(name, "TAGKEEPER_FULL") == 0) {
            struct rlimit none = {0, 0};
            signal(SIGXFSZ, SIG_IGN);
            setrlimit(RLIMIT_FSIZE, &none);
        } else if (is_run && strcmp(name, "TAGKEEPER_MUTE") == 0) {
            int nowhere = open("/dev/null", O_WRONLY);
            dup2(nowhere, 1);
            dup2(nowhere, 2);
        } else if (*value) {
            setenv(name, value, 1);
        } else {
            unsetenv(name);
        }
    }
    execv(field[2 + variables], field + 3 + variables);
    _exit(126);
}

int main(int count, char **arguments)
{
    char self[4096] = {0};
    if (readlink("/proc/self/exe", self, sizeof self - 1) <= 0)
        return 125;
    int line = dial(self);
    char number[32];
    char *name = strdup(arguments[0]);
    say_text(line, basename(name));
    snprintf(number, sizeof number, "%d", count - 1);
    say_text(line, number);
    for (int at = 1; at < count; at++)
        say_text(line, arguments[at]);
    for (char **variable = environ; *variable; variable++)
        say_text(line, *variable);
    say(line, "", 1);
    for (;;) {
        hear(line);
        if (strcmp(field[0], "exec") == 0)
            become(0);
        if (strcmp(field[0], "exit") == 0) {
            say(1, field[2], strlen(field[2]));
            say(2, field[3], strlen(field[3]));
            return atoi(field[1]);
        }
        pid_t child = fork();
        if (child == 0)
            become(1);
        int status = 0;
        waitpid(child, &status, 0);
        snprintf(number, sizeof number, "%d", WIFEXITED(status) ? WEXITSTATUS(status) : 128);
        say_text(line, number);
    }
}
