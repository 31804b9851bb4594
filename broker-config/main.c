// clinic-broker - the clinic's certificate authority and the author of its broker's files.
//
// Where to read next: options.c has the commands and options as tables, commands.c runs them. authority.h
// explains the order of writes that makes every crash harmless, ledger.h where the CRL comes from, acl.c who
// may do what on the bus, canary.h how the running broker is put to the proof.

#include "commands.h"

#include <signal.h>
#include <sys/stat.h>

int main(int argc, char **argv)
{
    (void)umask(022); // what the modes in layout.c are meant to be cut by
    (void)signal(SIGPIPE,
                 SIG_IGN); // a broker that hangs up is an answer; libmosquitto may not ignore it
    return (int)commands_run(argc, argv, clinic_clock_system(), stdout, stderr);
}
