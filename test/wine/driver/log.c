/* The log: one JSON object a line, kept in memory and written every 100 ms, so that logging costs the player little. */
#include "bed.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static HANDLE file = INVALID_HANDLE_VALUE;
static CRITICAL_SECTION lock;
static char *text;
static size_t used, room;
static LONGLONG frequency;

LONGLONG now_qpc(void)
{
    LARGE_INTEGER value;
    QueryPerformanceCounter(&value);
    return value.QuadPart;
}

static LONGLONG read_frequency(void)
{
    LARGE_INTEGER value;
    if (!frequency) {
        QueryPerformanceFrequency(&value);
        frequency = value.QuadPart;
    }
    return frequency;
}

LONGLONG us_to_qpc(LONGLONG us)
{
    return us == FOREVER ? FOREVER : (LONGLONG)((double)us * read_frequency() / 1e6);
}

LONGLONG qpc_to_us(LONGLONG ticks)
{
    return (LONGLONG)((double)ticks * 1e6 / read_frequency());
}

static void write_out(void)
{
    DWORD written;
    if (used) WriteFile(file, text, (DWORD)used, &written, NULL);
    used = 0;
}

void flush_log(void)
{
    if (file == INVALID_HANDLE_VALUE) return;
    EnterCriticalSection(&lock);
    write_out();
    LeaveCriticalSection(&lock);
}

/* At the end of the process other threads are gone, and one of them may have held the lock. */
void finish_log(void)
{
    if (file == INVALID_HANDLE_VALUE || !TryEnterCriticalSection(&lock)) return;
    write_out();
    LeaveCriticalSection(&lock);
}

static DWORD WINAPI flush_regularly(void *unused)
{
    (void)unused;
    for (;;) {
        Sleep(100);
        flush_log();
    }
    return 0;
}

int log_is_open(void)
{
    return file != INVALID_HANDLE_VALUE;
}

void open_log(void)
{
    char place[MAX_PATH + 4];
    const char *path = getenv("MIDIREC_TEST_LOG");
    if (!path || !*path) return;
    InitializeCriticalSection(&lock);
    file = CreateFileA(unix_path(path, place, sizeof place), GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                       NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE) return;
    log_line("\"event\":\"load\",\"frequency\":%lld", read_frequency());
    CloseHandle(CreateThread(NULL, 0, flush_regularly, NULL, 0, NULL));
}

static void reserve(size_t more)
{
    if (used + more <= room) return;
    if (used > (4 << 20)) write_out();
    while (used + more > room) room = room ? room * 2 : 1 << 16;
    text = realloc(text, room);
}

/* Writes {"qpc":…,FORMAT…}. */
void log_line(const char *format, ...)
{
    char line[1024];
    va_list arguments;
    int length;
    if (file == INVALID_HANDLE_VALUE) return;
    length = snprintf(line, sizeof line, "{\"qpc\":%lld,", now_qpc());
    va_start(arguments, format);
    length += vsnprintf(line + length, sizeof line - length - 3, format, arguments);
    va_end(arguments);
    line[length++] = '}';
    line[length++] = '\n';
    EnterCriticalSection(&lock);
    reserve(length);
    memcpy(text + used, line, length);
    used += length;
    LeaveCriticalSection(&lock);
}

/* Writes {"qpc":…,HEAD,"bytes":"…"}, however many bytes there are. */
void log_bytes(const char *head, const BYTE *bytes, DWORD length)
{
    static const char digits[] = "0123456789abcdef";
    DWORD i;
    if (file == INVALID_HANDLE_VALUE) return;
    EnterCriticalSection(&lock);
    reserve(strlen(head) + length * 2 + 64);
    used += sprintf(text + used, "{\"qpc\":%lld,%s,\"bytes\":\"", now_qpc(), head);
    for (i = 0; i < length; i++) {
        text[used++] = digits[bytes[i] >> 4];
        text[used++] = digits[bytes[i] & 15];
    }
    used += sprintf(text + used, "\"}\n");
    LeaveCriticalSection(&lock);
}
