/* The C programs that benchmarks compare with: the first input is opened, started, and listened to until the
 * test driver's script has ended; then the driver's time per message of a flood is printed, as JSON.
 * PEER_FLOOR: a callback that does nothing. PEER_STAMP: one that stamps with QueryPerformanceCounter and stores. */
#include <windows.h>
#include <mmsystem.h>
#include <stdio.h>
#include <stdlib.h>

#define ROOM (1 << 24)

struct message {
    LONGLONG counter;
    DWORD_PTR p1, p2;
};

typedef LONGLONG (WINAPI *flood_ticks)(UINT input, LONGLONG *messages);
typedef int (WINAPI *script_ended)(UINT input);

static struct message *stored;
static volatile LONG count;

static void CALLBACK receive(HMIDIIN device, UINT message, DWORD_PTR instance, DWORD_PTR p1, DWORD_PTR p2)
{
#ifdef PEER_STAMP
    LARGE_INTEGER now;
    if (message == MIM_DATA && count < ROOM) {
        QueryPerformanceCounter(&now);
        stored[count].counter = now.QuadPart;
        stored[count].p1 = p1;
        stored[count].p2 = p2;
        count++;
    }
#else
    (void)message, (void)p1, (void)p2;
#endif
    (void)device, (void)instance;
}

static int fail(const char *what)
{
    fprintf(stderr, "peer: %s failed\n", what);
    return 1;
}

int main(void)
{
    HMIDIIN input;
    HMODULE driver;
    LARGE_INTEGER frequency;
    LONGLONG ticks, messages;
    flood_ticks ask;
    script_ended ended;

    stored = calloc(ROOM, sizeof *stored);
#ifdef PEER_STAMP
    /* Touched now, so that the flood does not pay for pages. */
    ZeroMemory(stored, ROOM * sizeof *stored);
#endif
    if (!stored || midiInOpen(&input, 0, (DWORD_PTR)receive, 0, CALLBACK_FUNCTION)) return fail("midiInOpen");
    driver = GetModuleHandleA("winemidirec.drv");
    ask = (flood_ticks)(void *)GetProcAddress(driver, "FloodTicks");
    ended = (script_ended)(void *)GetProcAddress(driver, "ScriptEnded");
    if (!ask || !ended) return fail("the test driver");
    if (midiInStart(input)) return fail("midiInStart");
    while (!ended(0)) Sleep(5);
    if (midiInStop(input) || midiInReset(input) || midiInClose(input)) return fail("midiInClose");
    ticks = ask(0, &messages);
    QueryPerformanceFrequency(&frequency);
    printf("{\"messages\":%lld,\"nsPerMessage\":%.2f,\"stored\":%ld}\n", messages,
           messages ? (double)ticks * 1e9 / frequency.QuadPart / messages : 0, count);
    return 0;
}
