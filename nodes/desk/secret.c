#include "secret.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static bool read_line(FILE *file, char secret[static SECRET_BYTES])
{
    if (fgets(secret, SECRET_BYTES, file) == NULL)
        return false;
    size_t length = strcspn(secret, "\r\n");
    bool is_whole = secret[length] != '\0' || feof(file);
    secret[length] = '\0';
    return is_whole && length > 0;
}

// The keys that send signals are off as well: a Ctrl-C in here would leave the terminal without echo.
static bool read_terminal(const char *prompt, char secret[static SECRET_BYTES])
{
    struct termios before;
    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return false;
    struct termios quiet = before;
    quiet.c_lflag &= (tcflag_t) ~(ECHO | ISIG);
    (void)fprintf(stderr, "%s: ", prompt);
    (void)fflush(stderr);
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) != 0)
        return false;
    bool is_read = read_line(stdin, secret);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    (void)fputc('\n', stderr);
    return is_read && strpbrk(secret, "\003\034") == NULL;
}

static bool read_file(const char *path, char secret[static SECRET_BYTES])
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    bool is_read = read_line(file, secret);
    (void)fclose(file);
    return is_read;
}

bool secret_read(const char *path, const char *prompt, char ret_secret[static SECRET_BYTES],
                 char reterr_problem[static SECRET_PROBLEM_BYTES])
{
    bool is_read = false;
    errno = 0;
    if (path != NULL && strcmp(path, "-") != 0)
        is_read = read_file(path, ret_secret);
    else if (path == NULL && isatty(STDIN_FILENO))
        is_read = read_terminal(prompt, ret_secret);
    else
        is_read = read_line(stdin, ret_secret);
    if (!is_read)
        (void)snprintf(reterr_problem, SECRET_PROBLEM_BYTES, "%s could not be read from %s%s%s",
                       prompt, path == NULL ? "standard input" : path, errno == 0 ? "" : ": ",
                       errno == 0 ? "" : strerror(errno));
    return is_read;
}
