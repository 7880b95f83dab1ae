/* What the parts that read a script share. */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "bed.h"

extern int script_line;

/* Says what is wrong with the script and ends the process: a test with a bad script must not pass. */
void fail(const char *what, const char *word);
char *next_word(char **rest);
char *need_word(char **rest, const char *what);
DWORD read_number(const char *word);
LONGLONG read_time(const char *word); /* microseconds */
WCHAR *read_text(const char *line);   /* what is in quotes; room for MAXPNAMELEN characters at least */
void read_bytes(struct step *step, const char *digits);
void read_step(struct input *input, const char *verb, char **rest);

#endif
