/* SPDX-License-Identifier: MIT */
/*
 * timeit: run commands, one a line of standard input, through no shell but
 * /bin/sh for lines that begin with '!', and print the time of each in
 * milliseconds.  A line that begins with '#' is run but not timed; its output
 * goes nowhere, as that of all does.
 */
#include "base/compat.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <spawn.h>

#include "base/clock.h"

extern char **environ;

enum { ARGS_MAX = 64 };

static int
split(char *line, char **argv)
{
	int n = 0;

	while (*line != '\0' && n < ARGS_MAX - 1) {
		while (*line == ' ')
			*line++ = '\0';
		if (*line == '\0')
			break;
		argv[n++] = line;
		while (*line != '\0' && *line != ' ')
			line++;
	}
	argv[n] = NULL;
	return n;
}

static int
run(char **argv, int devnull)
{
	posix_spawn_file_actions_t fa;
	int status = -1;
	pid_t pid;

	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_adddup2(&fa, devnull, 0);
	posix_spawn_file_actions_adddup2(&fa, devnull, 1);
	if (posix_spawnp(&pid, argv[0], &fa, NULL, argv, environ) == 0)
		waitpid(pid, &status, 0);
	posix_spawn_file_actions_destroy(&fa);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

int
main(void)
{
	static char shell[] = "/bin/sh", option[] = "-c";
	char line[65536], *argv[ARGS_MAX], *command;
	int devnull = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct rusage usage;
	int64_t before;
	int status;

	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		command = line + strspn(line, "#!");
		if (memchr(line, '!', (size_t)(command - line)) != NULL) {
			argv[0] = shell;
			argv[1] = option;
			argv[2] = command;
			argv[3] = NULL;
		} else if (split(command, argv) == 0) {
			continue;
		}
		before = clock_ticks_us();
		status = run(argv, devnull);
		if (status != 0)
			fprintf(stderr, "timeit: status %d: %.70s\n", status,
			    command);
		if (line[0] != '#')
			printf("%.3f\n",
			    (double)(clock_ticks_us() - before) / 1000);
	}
	getrusage(RUSAGE_CHILDREN, &usage);
	printf("peak %ld\n", usage.ru_maxrss);
	return 0;
}
