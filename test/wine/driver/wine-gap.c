/* What Windows' winmm.dll does and Wine's does not: midiInMessage takes the id of an input in the place of a handle, as
 * midiOutMessage does. Only with a script in which an input has a path, Wine's function is led here first. */
#include "bed.h"
#include <string.h>

typedef DWORD (WINAPI *message_function)(HMIDIIN device, UINT message, DWORD_PTR p1, DWORD_PTR p2);

static const BYTE jump[6] = { 0xff, 0x25 }; /* jmp [rip]; the address follows */
static BYTE patch[sizeof jump + sizeof(void *)], original[sizeof patch];
static BYTE *function;
static CRITICAL_SECTION lock;

static DWORD WINAPI answer(HMIDIIN device, UINT message, DWORD_PTR p1, DWORD_PTR p2)
{
    DWORD result;
    if ((UINT_PTR)device < MAX_DEVICES) return midMessage((UINT)(UINT_PTR)device, message, 0, p1, p2);
    EnterCriticalSection(&lock);
    memcpy(function, original, sizeof original);
    result = ((message_function)(void *)function)(device, message, p1, p2);
    memcpy(function, patch, sizeof patch);
    LeaveCriticalSection(&lock);
    return result;
}

void close_wine_gap(void)
{
    void *target = (void *)answer;
    DWORD before;
    function = (BYTE *)(void *)GetProcAddress(GetModuleHandleA("winmm.dll"), "midiInMessage");
    if (!function || !VirtualProtect(function, sizeof patch, PAGE_EXECUTE_READWRITE, &before)) return;
    InitializeCriticalSection(&lock);
    memcpy(patch, jump, sizeof jump);
    memcpy(patch + sizeof jump, &target, sizeof target);
    memcpy(original, function, sizeof original);
    memcpy(function, patch, sizeof patch);
    FlushInstructionCache(GetCurrentProcess(), function, sizeof patch);
}
