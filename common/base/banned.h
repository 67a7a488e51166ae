/* SPDX-License-Identifier: MIT */
/*
 * Functions that are easy to use wrongly, or that break a promise of ours
 * (one writer to stderr, one end of the process, no shell).  Using one of
 * them is a compile error that names it.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#define BANNED(func)	banned_function_##func

#undef strcpy
#define strcpy(a, b)	BANNED(strcpy)
#undef strcat
#define strcat(a, b)	BANNED(strcat)
#undef strncpy
#define strncpy(a, b, n)	BANNED(strncpy)
#undef strncat
#define strncat(a, b, n)	BANNED(strncat)
#undef strtok
#define strtok(a, b)	BANNED(strtok)
#undef sprintf
#define sprintf(...)	BANNED(sprintf)
#undef vsprintf
#define vsprintf(a, b, c)	BANNED(vsprintf)
#undef atoi
#define atoi(a)		BANNED(atoi)
#undef atol
#define atol(a)		BANNED(atol)
#undef ctime
#define ctime(a)	BANNED(ctime)
#undef asctime
#define asctime(a)	BANNED(asctime)
#undef gmtime
#define gmtime(a)	BANNED(gmtime)
#undef localtime
#define localtime(a)	BANNED(localtime)
#undef system
#define system(a)	BANNED(system)
#undef popen
#define popen(a, b)	BANNED(popen)
#undef mktemp
#define mktemp(a)	BANNED(mktemp)
#undef tmpnam
#define tmpnam(a)	BANNED(tmpnam)
#undef perror
#define perror(a)	BANNED(perror)
#undef alloca
#define alloca(a)	BANNED(alloca)

#endif
