/* An output that stalls as Windows MIDI Services does: the first call waits a second and fails, each further one fails at
 * once, and what they were to send goes out when the stall is over. */
#include "bed.h"
#include <stdlib.h>
#include <string.h>

#define PATIENCE_US 1000000

/* A message that is sent when the stall is over, in its turn. */
struct held {
    struct held *next;
    const char *kind;
    DWORD length;
    BYTE bytes[1];
};

static int index_of(const struct output *output)
{
    return (int)(output - outputs);
}

static void hold(struct output *output, const char *kind, const BYTE *bytes, DWORD length)
{
    struct held *held = malloc(sizeof *held + length);
    held->next = NULL;
    held->kind = kind;
    held->length = length;
    memcpy(held->bytes, bytes, length);
    if (output->held_last) output->held_last->next = held;
    else output->held_first = held;
    output->held_last = held;
}

/* Ends the stall: what was held goes out before whatever is sent next. */
static DWORD WINAPI end_stall(void *context)
{
    struct output *output = context;
    struct held *held;
    DWORD sent = 0;
    while (now_qpc() < output->stalled_until) Sleep(1);
    EnterCriticalSection(&output->device.lock);
    while ((held = output->held_first)) {
        output->held_first = held->next;
        hear(output, held->kind, held->bytes, held->length);
        free(held);
        sent++;
    }
    output->held_last = NULL;
    output->stalled_until = 0;
    log_line("\"event\":\"stall-over\",\"output\":%d,\"count\":%lu", index_of(output), sent);
    LeaveCriticalSection(&output->device.lock);
    return 0;
}

static void begin_stall(struct output *output)
{
    output->stall_after = 0;
    output->gave_up = 0;
    output->stalled_until = now_qpc() + us_to_qpc(output->stall_us);
    log_line("\"event\":\"stall\",\"output\":%d", index_of(output));
    CloseHandle(CreateThread(NULL, 0, end_stall, output, 0, NULL));
}

/* Sends a message, or holds it back; the answer is that of the call. */
DWORD meet_stall(struct output *output, const char *kind, const BYTE *bytes, DWORD length)
{
    LONGLONG patience;
    EnterCriticalSection(&output->device.lock);
    if (output->stall_after && output->heard == output->stall_after) begin_stall(output);
    if (!output->stalled_until) {
        hear(output, kind, bytes, length);
        LeaveCriticalSection(&output->device.lock);
        return MMSYSERR_NOERROR;
    }
    if (!output->stall_loses) hold(output, kind, bytes, length);
    patience = output->gave_up ? 0 : now_qpc() + us_to_qpc(PATIENCE_US);
    LeaveCriticalSection(&output->device.lock);
    while (output->stalled_until && now_qpc() < patience) Sleep(1);
    if (!output->stalled_until && patience && !output->stall_loses) return MMSYSERR_NOERROR;
    output->gave_up = 1;
    return MMSYSERR_ERROR;
}
