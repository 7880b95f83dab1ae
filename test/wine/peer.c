/* The C programs that benchmarks compare with: the first input is opened, started, and listened to until the
 * test driver's script has ended; then the driver's time per message of a flood is printed, as JSON.
 * PEER_FLOOR: a callback that does nothing. PEER_STAMP: one that stamps with QueryPerformanceCounter and stores.
 * PEER_WAKE: one that stores and wakes the main thread, which stamps; then its times are printed, too. */
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
static HANDLE woken;

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
#elif defined(PEER_WAKE)
    if (message == MIM_DATA && count < ROOM) {
        stored[count].p1 = p1;
        InterlockedIncrement(&count);
        SetEvent(woken);
    }
    (void)p2;
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
    LARGE_INTEGER now;
    LONG seen = 0, index;

    stored = calloc(ROOM, sizeof *stored);
    woken = CreateEventA(NULL, FALSE, FALSE, NULL);
#ifdef PEER_STAMP
    /* Touched now, so that the flood does not pay for pages. */
    ZeroMemory(stored, ROOM * sizeof *stored);
#endif
    if (!stored || !woken || midiInOpen(&input, 0, (DWORD_PTR)receive, 0, CALLBACK_FUNCTION)) return fail("midiInOpen");
    driver = GetModuleHandleA("winemidirec.drv");
    ask = (flood_ticks)(void *)GetProcAddress(driver, "FloodTicks");
    ended = (script_ended)(void *)GetProcAddress(driver, "ScriptEnded");
    if (!ask || !ended) return fail("the test driver");
    if (midiInStart(input)) return fail("midiInStart");
    while (!ended(0)) {
        WaitForSingleObject(woken, 5);
        QueryPerformanceCounter(&now);
#ifdef PEER_WAKE
        while (seen < count) stored[seen++].counter = now.QuadPart;
#endif
    }
    if (midiInStop(input) || midiInReset(input) || midiInClose(input)) return fail("midiInClose");
    ticks = ask(0, &messages);
    QueryPerformanceFrequency(&frequency);
    printf("{\"messages\":%lld,\"nsPerMessage\":%.2f,\"stored\":%ld,\"times\":[", messages,
           messages ? (double)ticks * 1e9 / frequency.QuadPart / messages : 0, count);
    for (index = 0; index < seen; index++) printf("%s%lld", index ? "," : "", stored[index].counter);
    printf("],\"packed\":[");
    for (index = 0; index < seen; index++) printf("%s%lu", index ? "," : "", (unsigned long)stored[index].p1);
    printf("]}\n");
    return 0;
}
