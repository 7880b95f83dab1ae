/* The words of a script: numbers, times, bytes, names, paths, and what happens when one of them is wrong. */
#include "script.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int script_line;

void fail(const char *what, const char *word)
{
    fprintf(stderr, "test driver: script line %d: %s: %s\n", script_line, what, word ? word : "");
    log_line("\"event\":\"script-error\",\"line\":%d,\"what\":\"%s\"", script_line, what);
    flush_log();
    ExitProcess(97);
}

/* Wine's drive Z: is the root of the Unix file system. */
const char *unix_path(const char *path, char *room, size_t size)
{
    if (path[0] != '/') return path;
    snprintf(room, size, "Z:%s", path);
    return room;
}

char *next_word(char **rest)
{
    return strtok_s(NULL, " \t\r", rest);
}

char *need_word(char **rest, const char *what)
{
    char *word = next_word(rest);
    if (!word) fail("something is missing", what);
    return word;
}

DWORD read_number(const char *word)
{
    char *end;
    DWORD value = strtoul(word, &end, 0);
    if (end == word || *end) fail("not a number", word);
    return value;
}

/* 10us, 500ms, 2s, forever; the answer is in microseconds. */
LONGLONG read_time(const char *word)
{
    char *end;
    double value;
    if (!strcmp(word, "forever")) return FOREVER;
    value = strtod(word, &end);
    if (!strcmp(end, "us")) return (LONGLONG)value;
    if (!strcmp(end, "ms")) return (LONGLONG)(value * 1e3);
    if (!strcmp(end, "s")) return (LONGLONG)(value * 1e6);
    fail("not a time", word);
    return 0;
}

/* UTF-8 in quotes, with \xNN for any byte. */
WCHAR *read_text(const char *line)
{
    char text[256], *to = text;
    const char *from = strchr(line, '"'), *until = strrchr(line, '"');
    WCHAR *wide = calloc(sizeof text, sizeof *wide);
    if (!from || from == until) fail("a text in quotes is missing", line);
    for (from++; from < until && to < text + sizeof text - 1; from++) {
        if (from[0] == '\\' && from[1] == 'x') {
            char pair[3] = { from[2], from[3], 0 };
            *to++ = (char)strtoul(pair, NULL, 16);
            from += 3;
        } else *to++ = *from;
    }
    *to = 0;
    MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, sizeof text);
    return wide;
}

/* The rest of the line (or one word) as hexadecimal digits, spaces allowed. */
void read_bytes(struct step *step, const char *digits)
{
    char pair[3] = "";
    step->bytes = malloc(strlen(digits) / 2 + 1);
    while (*digits) {
        if (*digits == ' ' || *digits == '\t' || *digits == '\r') { digits++; continue; }
        pair[0] = digits[0];
        pair[1] = digits[1];
        step->bytes[step->length++] = (BYTE)strtoul(pair, NULL, 16);
        digits += digits[1] ? 2 : 1;
    }
}
