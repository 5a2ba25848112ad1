/* Runs a program and asks the harness before it changes a file below a directory: what is to happen, and whether to say so
 * when it is done.
 *
 *   files SOCKET DIRECTORY PROGRAM ARGUMENT...
 *
 * It sends `OPERATION PATH`, each ended by a zero byte, and is answered with one line: `go`, `tell` (go, and say when it is
 * done: any line lets the program go on), or `fail ERRNO`. What the program starts is not looked at.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

#ifndef __x86_64__
#error "only the registers of x86-64 are known here"
#endif

#define THREADS 256

static const char *directory;
static int line;

struct thread {
    pid_t id;
    long instead; /* what the call is to return, as it was not made */
    int is_refused, is_told;
};
static struct thread threads[THREADS];

static struct thread *thread_of(pid_t id)
{
    struct thread *free = NULL;
    for (int at = 0; at < THREADS; at++) {
        if (threads[at].id == id)
            return &threads[at];
        if (threads[at].id == 0 && !free)
            free = &threads[at];
    }
    if (!free)
        _exit(125);
    free->id = id;
    return free;
}

static void copy_text(pid_t from, unsigned long where, char *text)
{
    size_t at = 0;
    while (at < PATH_MAX - 1) {
        size_t piece = 4096 - (where + at) % 4096;
        if (piece > PATH_MAX - 1 - at)
            piece = PATH_MAX - 1 - at;
        struct iovec here = {text + at, piece}, there = {(void *)(where + at), piece};
        ssize_t got = process_vm_readv(from, &here, 1, &there, 1, 0);
        if (got <= 0)
            break;
        if (memchr(text + at, 0, got))
            return;
        at += got;
    }
    text[at] = 0;
}

static void path_of_file(pid_t of, unsigned long number, char *text)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/%d/fd/%lu", of, number);
    ssize_t length = readlink(link, text, PATH_MAX - 1);
    text[length > 0 ? length : 0] = 0;
}

/* What a call does to a file, and which one; nothing for any other call. */
static const char *operation(pid_t of, struct ptrace_syscall_info *info, char *path)
{
    const __u64 *with = info->entry.args;
    switch (info->entry.nr) {
    case SYS_openat:
        if (!(with[2] & O_CREAT))
            return NULL;
        copy_text(of, with[1], path);
        return "create";
    case SYS_mkdir: copy_text(of, with[0], path); return "folder";
    case SYS_mkdirat: copy_text(of, with[1], path); return "folder";
    case SYS_rename: copy_text(of, with[1], path); return "rename";
    case SYS_renameat:
    case SYS_renameat2: copy_text(of, with[3], path); return "rename";
    case SYS_linkat: copy_text(of, with[3], path); return "link";
    case SYS_unlink: copy_text(of, with[0], path); return "remove";
    case SYS_unlinkat: copy_text(of, with[1], path); return "remove";
    case SYS_write: path_of_file(of, with[0], path); return "write";
    case SYS_ftruncate: path_of_file(of, with[0], path); return "cut";
    case SYS_fsync:
    case SYS_fdatasync: path_of_file(of, with[0], path); return "sync";
    default: return NULL;
    }
}

static void ask(const char *what, const char *path, char *answer, size_t most)
{
    size_t at = 0;
    if (send(line, what, strlen(what) + 1, MSG_NOSIGNAL) < 0 || send(line, path, strlen(path) + 1, MSG_NOSIGNAL) < 0)
        _exit(125);
    while (at < most - 1 && read(line, answer + at, 1) == 1 && answer[at] != '\n')
        at++;
    answer[at] = 0;
}

static void refuse(pid_t id)
{
    struct user_regs_struct registers;
    ptrace(PTRACE_GETREGS, id, 0, &registers);
    registers.orig_rax = -1;
    ptrace(PTRACE_SETREGS, id, 0, &registers);
}

static void answer_with(pid_t id, long value)
{
    struct user_regs_struct registers;
    ptrace(PTRACE_GETREGS, id, 0, &registers);
    registers.rax = value;
    ptrace(PTRACE_SETREGS, id, 0, &registers);
}

static void at_call(pid_t id)
{
    struct ptrace_syscall_info info;
    struct thread *thread = thread_of(id);
    char path[PATH_MAX] = "", answer[64];
    if (ptrace(PTRACE_GET_SYSCALL_INFO, id, sizeof info, &info) <= 0)
        return;
    if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
        if (thread->is_refused)
            answer_with(id, thread->instead);
        if (thread->is_told)
            ask("done", "", answer, sizeof answer);
        thread->is_refused = thread->is_told = 0;
        return;
    }
    const char *what = operation(id, &info, path);
    size_t length = strlen(directory);
    if (!what || strncmp(path, directory, length) != 0 || (path[length] != '/' && path[length] != 0))
        return;
    ask(what, path + length, answer, sizeof answer);
    thread->is_told = strcmp(answer, "tell") == 0;
    if (strncmp(answer, "fail ", 5) == 0) {
        thread->is_refused = 1;
        thread->instead = -atol(answer + 5);
        refuse(id);
    }
}

int main(int count, char **arguments)
{
    if (count < 4)
        return 125;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", arguments[1]);
    directory = arguments[2];
    line = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(line, (struct sockaddr *)&address, sizeof address) != 0)
        return 125;
    pid_t program = fork();
    if (program == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        execv(arguments[3], arguments + 3);
        _exit(126);
    }
    char number[32], answer[64];
    int status;
    waitpid(program, &status, 0);
    ptrace(PTRACE_SETOPTIONS, program, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL);
    snprintf(number, sizeof number, "%d", program);
    ask("process", number, answer, sizeof answer);
    thread_of(program);
    ptrace(PTRACE_SYSCALL, program, 0, 0);
    for (;;) {
        pid_t id = waitpid(-1, &status, __WALL);
        if (id < 0)
            return 125;
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            thread_of(id)->id = 0;
            if (id == program)
                return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            continue;
        }
        int sign = WSTOPSIG(status), is_event = status >> 16;
        if (sign == (SIGTRAP | 0x80))
            at_call(id);
        /* A thread begins with a stop, and an event is none of its signals. */
        if (sign == (SIGTRAP | 0x80) || is_event || sign == SIGSTOP || sign == SIGTRAP)
            sign = 0;
        ptrace(PTRACE_SYSCALL, id, 0, sign);
    }
}
