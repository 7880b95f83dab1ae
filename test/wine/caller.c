/* Calls winmm.dll as its arguments say, and prints every answer and every callback as a line of JSON: what the test driver
 * does can be seen without midirec. Handles are numbered from 0 in the order in which they were opened.
 *   in ID | out ID | buffers HANDLE COUNT SIZE | start HANDLE | stop HANDLE | reset HANDLE | unprepare HANDLE
 *   close HANDLE | short HANDLE HEX | long HANDLE HEX | wait MS | until COUNT | names | path in ID | path out ID */
#include <windows.h>
#include <mmsystem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of mmddk.h. */
#define DRV_QUERYDEVICEINTERFACE 0x80c
#define DRV_QUERYDEVICEINTERFACESIZE 0x80d

#define MAX_HANDLES 16
#define MAX_BUFFERS 64
#define MAX_MESSAGES 4096
#define SHOWN_BYTES 32
#define UNTIL_LIMIT_MS 10000

struct handle {
    int is_input;
    HMIDIIN in;
    HMIDIOUT out;
    MIDIHDR headers[MAX_BUFFERS];
    int header_count;
};

struct message {
    UINT message;
    DWORD_PTR handle, p1, p2;
    DWORD size;
    BYTE bytes[SHOWN_BYTES];
    volatile LONG ready;
};

static struct handle handles[MAX_HANDLES];
static int handle_count;
static struct message messages[MAX_MESSAGES];
static volatile LONG message_count;
static LONG printed;
static LARGE_INTEGER frequency, begin;

static void CALLBACK receive(void *device, UINT kind, DWORD_PTR instance, DWORD_PTR p1, DWORD_PTR p2)
{
    LONG at = InterlockedIncrement(&message_count) - 1;
    struct message *message = &messages[at];
    (void)device;
    if (at >= MAX_MESSAGES) return;
    message->message = kind;
    message->handle = instance;
    message->p1 = p1;
    message->p2 = p2;
    if (kind == MIM_LONGDATA || kind == MIM_LONGERROR) {
        MIDIHDR *header = (MIDIHDR *)p1;
        message->size = header->dwBytesRecorded;
        memcpy(message->bytes, header->lpData, message->size < SHOWN_BYTES ? message->size : SHOWN_BYTES);
    }
    InterlockedExchange(&message->ready, 1);
}

static const char *name_of(UINT message)
{
    static const char *const names[] = {
        "MIM_OPEN", "MIM_CLOSE", "MIM_DATA", "MIM_LONGDATA", "MIM_ERROR", "MIM_LONGERROR", "MOM_OPEN", "MOM_CLOSE", "MOM_DONE"
    };
    return message >= MIM_OPEN && message <= MOM_DONE ? names[message - MIM_OPEN] : "other";
}

static void print_messages(void)
{
    while (printed < message_count && messages[printed].ready) {
        struct message *message = &messages[printed++];
        DWORD i;
        printf("{\"message\":\"%s\",\"handle\":%u,\"timeMs\":%lu", name_of(message->message), (UINT)message->handle,
               (DWORD)message->p2);
        if (message->message == MIM_DATA || message->message == MIM_ERROR)
            printf(",\"packed\":%lu", (DWORD)message->p1);
        if (message->message == MIM_LONGDATA || message->message == MIM_LONGERROR) {
            printf(",\"size\":%lu,\"bytes\":\"", message->size);
            for (i = 0; i < message->size && i < SHOWN_BYTES; i++) printf("%02x", message->bytes[i]);
            printf("\"");
        }
        printf("}\n");
    }
    fflush(stdout);
}

static void begin_call(void)
{
    QueryPerformanceCounter(&begin);
}

/* Prints what a call has answered and how long it took, and then the callbacks that have come. */
static void end_call(const char *call, int handle, UINT result)
{
    LARGE_INTEGER end;
    QueryPerformanceCounter(&end);
    printf("{\"call\":\"%s\",\"handle\":%d,\"result\":%u,\"ms\":%.1f}\n", call, handle, result,
           (end.QuadPart - begin.QuadPart) * 1e3 / frequency.QuadPart);
    print_messages();
}

static const char *next_word(void)
{
    const char *word = strtok(NULL, " ");
    if (word) return word;
    fprintf(stderr, "caller: a word is missing\n");
    exit(2);
}

static int next_number(void)
{
    return atoi(next_word());
}

static DWORD read_hex(const char *digits, BYTE *to, DWORD room)
{
    DWORD length = 0;
    for (; digits[0] && digits[1] && length < room; digits += 2) {
        char pair[3] = { digits[0], digits[1], 0 };
        to[length++] = (BYTE)strtoul(pair, NULL, 16);
    }
    return length;
}

static void open(int is_input)
{
    int at = handle_count++, id = next_number();
    struct handle *handle = &handles[at];
    handle->is_input = is_input;
    begin_call();
    if (is_input)
        end_call("midiInOpen", at, midiInOpen(&handle->in, id, (DWORD_PTR)receive, at, CALLBACK_FUNCTION));
    else end_call("midiOutOpen", at, midiOutOpen(&handle->out, id, (DWORD_PTR)receive, at, CALLBACK_FUNCTION));
}

static void add_buffers(int at)
{
    struct handle *handle = &handles[at];
    int count = next_number(), size = next_number();
    for (; count > 0; count--) {
        MIDIHDR *header = &handle->headers[handle->header_count++];
        header->lpData = malloc(size);
        header->dwBufferLength = size;
        begin_call();
        end_call("midiInPrepareHeader", at, midiInPrepareHeader(handle->in, header, sizeof *header));
        begin_call();
        end_call("midiInAddBuffer", at, midiInAddBuffer(handle->in, header, sizeof *header));
    }
}

static void unprepare(int at)
{
    struct handle *handle = &handles[at];
    int i;
    for (i = 0; i < handle->header_count; i++) {
        begin_call();
        end_call("midiInUnprepareHeader", at,
                 midiInUnprepareHeader(handle->in, &handle->headers[i], sizeof handle->headers[i]));
    }
}

static void send_short(int at)
{
    DWORD packed = 0;
    read_hex(next_word(), (BYTE *)&packed, sizeof packed);
    begin_call();
    end_call("midiOutShortMsg", at, midiOutShortMsg(handles[at].out, packed));
}

static void send_long(int at)
{
    MIDIHDR header = {0};
    BYTE bytes[256];
    header.lpData = (char *)bytes;
    header.dwBufferLength = read_hex(next_word(), bytes, sizeof bytes);
    midiOutPrepareHeader(handles[at].out, &header, sizeof header);
    begin_call();
    end_call("midiOutLongMsg", at, midiOutLongMsg(handles[at].out, &header, sizeof header));
    midiOutUnprepareHeader(handles[at].out, &header, sizeof header);
}

static void print_text(const WCHAR *text, int length)
{
    char bytes[512];
    int i, count = WideCharToMultiByte(CP_UTF8, 0, text, length, bytes, sizeof bytes, NULL, NULL);
    for (i = 0; i < count; i++)
        if (bytes[i] == '\\' || bytes[i] == '"') printf("\\%c", bytes[i]);
        else putchar(bytes[i]);
}

static void print_name(const char *kind, UINT id, const WCHAR *name)
{
    int length = 0;
    while (length < MAXPNAMELEN && name[length]) length++;
    printf("{\"%s\":%u,\"name\":\"", kind, id);
    print_text(name, length);
    printf("\"}\n");
}

static void print_names(void)
{
    MIDIINCAPSW in;
    MIDIOUTCAPSW out;
    UINT id;
    for (id = 0; id < midiInGetNumDevs(); id++)
        if (!midiInGetDevCapsW(id, &in, sizeof in)) print_name("input", id, in.szPname);
    for (id = 0; id < midiOutGetNumDevs(); id++)
        if (!midiOutGetDevCapsW(id, &out, sizeof out)) print_name("output", id, out.szPname);
}

/* Asks for the path of a device's interface, first with room for one byte less than it has. */
static void print_path(void)
{
    int is_input = !strcmp(next_word(), "in"), round;
    UINT_PTR id = next_number();
    ULONG size = 0;
    WCHAR path[512] = {0};
    UINT result = is_input ? midiInMessage((HMIDIIN)id, DRV_QUERYDEVICEINTERFACESIZE, (DWORD_PTR)&size, 0)
                           : midiOutMessage((HMIDIOUT)id, DRV_QUERYDEVICEINTERFACESIZE, (DWORD_PTR)&size, 0);
    printf("{\"call\":\"DRV_QUERYDEVICEINTERFACESIZE\",\"result\":%u,\"size\":%lu}\n", result, size);
    for (round = 1; round >= 0 && !result; round--) {
        UINT answer = is_input ? midiInMessage((HMIDIIN)id, DRV_QUERYDEVICEINTERFACE, (DWORD_PTR)path, size - round)
                               : midiOutMessage((HMIDIOUT)id, DRV_QUERYDEVICEINTERFACE, (DWORD_PTR)path, size - round);
        printf("{\"call\":\"DRV_QUERYDEVICEINTERFACE\",\"result\":%u,\"path\":\"", answer);
        print_text(path, wcslen(path));
        printf("\"}\n");
    }
}

static void wait_until(LONG count)
{
    int i;
    for (i = 0; i < UNTIL_LIMIT_MS && message_count < count; i++) Sleep(1);
}

static int obey(char *command)
{
    const char *verb = strtok(command, " ");
    int at;
    if (!strcmp(verb, "names")) print_names();
    else if (!strcmp(verb, "path")) print_path();
    else if (!strcmp(verb, "wait")) Sleep(next_number());
    else if (!strcmp(verb, "until")) wait_until(next_number());
    else if (!strcmp(verb, "in")) open(1);
    else if (!strcmp(verb, "out")) open(0);
    else {
        at = next_number();
        begin_call();
        if (!strcmp(verb, "buffers")) add_buffers(at);
        else if (!strcmp(verb, "unprepare")) unprepare(at);
        else if (!strcmp(verb, "short")) send_short(at);
        else if (!strcmp(verb, "long")) send_long(at);
        else if (!strcmp(verb, "start")) end_call("midiInStart", at, midiInStart(handles[at].in));
        else if (!strcmp(verb, "stop")) end_call("midiInStop", at, midiInStop(handles[at].in));
        else if (!strcmp(verb, "reset")) end_call("midiInReset", at, midiInReset(handles[at].in));
        else if (strcmp(verb, "close")) return 0;
        else if (handles[at].is_input) end_call("midiInClose", at, midiInClose(handles[at].in));
        else end_call("midiOutClose", at, midiOutClose(handles[at].out));
    }
    print_messages();
    return 1;
}

int main(int count, char **commands)
{
    int i;
    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&begin);
    printf("{\"uptimeMs\":%lld}\n", begin.QuadPart * 1000 / frequency.QuadPart);
    for (i = 1; i < count; i++) {
        if (obey(commands[i])) continue;
        fprintf(stderr, "caller: no such command: %s\n", commands[i]);
        return 2;
    }
    return 0;
}
