/* Handles that a removed device has left behind, with the buffers that never return: `removal windows`. */
#include "bed.h"
#include <stdlib.h>

struct removed {
    struct removed *next;
    int is_input, index, closed;
    DWORD user;
    struct device device; /* a copy: whom to call back */
    DWORD buffers;
};

static struct removed *volatile handles;

/* Called with the device's lock held. Nobody else has the buffers from now on, and nobody touches them. */
void keep_removed(struct device *device, int is_input, int index, MIDIHDR *filling, MIDIHDR *queued)
{
    struct removed *removed = calloc(1, sizeof *removed);
    DWORD bytes = 0;
    removed->is_input = is_input;
    removed->index = index;
    removed->user = device->openings << 8 | (index + 1);
    removed->device = *device;
    if (filling) {
        removed->buffers++;
        bytes += filling->dwBufferLength;
    }
    for (; queued; queued = queued->lpNext) {
        removed->buffers++;
        bytes += queued->dwBufferLength;
    }
    do removed->next = handles;
    while (InterlockedCompareExchangePointer((void *volatile *)&handles, removed, removed->next) != removed->next);
    log_line("\"event\":\"removed\",\"%s\":%d,\"opening\":%lu,\"buffers\":%lu,\"size\":%lu",
             is_input ? "input" : "output", index, device->openings, removed->buffers, bytes);
}

static DWORD close(struct removed *removed)
{
    if (removed->buffers) return MIDIERR_STILLPLAYING;
    removed->closed = 1;
    call_client(&removed->device, removed->is_input ? MIM_CLOSE : MOM_CLOSE, 0, 0);
    return MMSYSERR_NOERROR;
}

/* False if the handle is none that was left behind. Windows' winmm.dll refuses to unprepare a queued header by itself. */
int removed_message(int is_input, DWORD_PTR user, UINT message, MIDIHDR *header, DWORD *result)
{
    UINT first = is_input ? MIDM_CLOSE : MODM_CLOSE, last = is_input ? MIDM_RESET : MODM_RESET;
    const enum call *calls = is_input ? input_calls : output_calls;
    struct removed *removed;
    for (removed = handles; removed; removed = removed->next)
        if (removed->is_input == is_input && removed->user == (DWORD)user && !removed->closed) break;
    if (!removed) return 0;
    if (message == first) *result = close(removed);
    else if (message == first + 2 && header->dwFlags & MHDR_INQUEUE) *result = MIDIERR_STILLPLAYING;
    else *result = MMSYSERR_NODRIVER;
    log_line("\"event\":\"call\",\"call\":\"%s_%s\",\"%s\":%d,\"removed\":1,\"result\":%lu", is_input ? "MIDM" : "MODM",
             message < first || message > last ? "OTHER" : message_names[calls[message - first]],
             is_input ? "input" : "output", removed->index, *result);
    flush_log();
    return 1;
}
