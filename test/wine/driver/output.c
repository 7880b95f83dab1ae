/* An output device: the MODM_ messages, MODM_LONGDATA above all, and the worker of an asynchronous one. */
#include "bed.h"
#include <stdio.h>
#include <string.h>

static int index_of(const struct output *output)
{
    return (int)(output - outputs);
}

/* What the line that leads back makes of the bytes of one call, as known bad interfaces do. */
static void loop_through_line(struct output *output, const BYTE *bytes, DWORD length)
{
    int is_sysex = *bytes == 0xf0 || *bytes < 0x80 || *bytes == 0xf7;
    BYTE *spoiled = malloc(length + 2), *end = spoiled;
    DWORD i;
    if (*bytes == 0xf0) output->line_length = 0;
    if (is_sysex && output->line_fault == LINE_SEAMS && *bytes != 0xf0) *end++ = 0xf0;
    for (i = 0; i < length; i++) {
        DWORD at = output->line_length++;
        if (is_sysex && output->line_fault == LINE_CUTS && at >= output->line_number) continue;
        if (is_sysex && output->line_fault == LINE_LOSES_END && bytes[i] == 0xf7 && at % 3 == output->line_number) continue;
        *end++ = bytes[i];
    }
    if (is_sysex && output->line_fault == LINE_SEAMS && bytes[length - 1] != 0xf7) *end++ = 0xf7;
    if (end > spoiled) loop_into(output->loopback, spoiled, (DWORD)(end - spoiled));
    if (end > spoiled && output->line_fault == LINE_DOUBLES) loop_into(output->loopback, spoiled, (DWORD)(end - spoiled));
    free(spoiled);
}

/* Remembers a message for the scripts that wait for it, writes it to the log and loops it back. */
void hear(struct output *output, const char *kind, const BYTE *bytes, DWORD length)
{
    char head[96];
    DWORD at = output->heard % HISTORY;
    snprintf(head, sizeof head, "\"event\":\"%s\",\"output\":%d", kind, index_of(output));
    log_bytes(head, bytes, length);
    output->history[at].length = length;
    memcpy(output->history[at].bytes, bytes, length < MAX_PATTERN ? length : MAX_PATTERN);
    output->heard++;
    if (output->loopback >= 0 && length) loop_through_line(output, bytes, length);
    if (output->vanish_after && output->heard == output->vanish_after) {
        output->device.gone_until = output->vanish_us == FOREVER ? FOREVER : now_qpc() + us_to_qpc(output->vanish_us);
        output->device.is_open = 0;
        log_line("\"event\":\"vanish\",\"output\":%d", index_of(output));
        if (output->device.strands) keep_removed(&output->device, 0, index_of(output), NULL, output->first);
    }
}

/* Gives a buffer back that was sent, after as long as the pace of the line wants. */
static void finish_buffer(struct output *output, MIDIHDR *header)
{
    if (output->pace) {
        LONGLONG until = now_qpc() + us_to_qpc((LONGLONG)header->dwBufferLength * 1000000 / output->pace);
        while (!output->breaking && now_qpc() < until) Sleep(1);
    }
    header->lpNext = NULL;
    output->late_header = header;
    header->dwFlags = (header->dwFlags & ~MHDR_INQUEUE) | MHDR_DONE;
    call_client(&output->device, MOM_DONE, (DWORD_PTR)header, 0);
}

static MIDIHDR *pop_buffer(struct output *output)
{
    MIDIHDR *header;
    EnterCriticalSection(&output->device.lock);
    header = output->first;
    if (header) {
        output->first = header->lpNext;
        if (!output->first) output->last = NULL;
        ResetEvent(output->idle);
    }
    LeaveCriticalSection(&output->device.lock);
    return header;
}

static DWORD WINAPI work(void *context)
{
    struct output *output = context;
    while (output->working) {
        MIDIHDR *header = pop_buffer(output);
        if (header) {
            hear(output, "long", (BYTE *)header->lpData, header->dwBufferLength);
            finish_buffer(output, header);
        } else {
            SetEvent(output->idle);
            WaitForSingleObject(output->work_ready, INFINITE);
        }
    }
    return 0;
}

static DWORD send_long_data(struct output *output, MIDIHDR *header)
{
    if (!(header->dwFlags & MHDR_PREPARED)) return MIDIERR_UNPREPARED;
    if (header->dwFlags & MHDR_INQUEUE) return MIDIERR_STILLPLAYING;
    header->dwFlags = (header->dwFlags & ~MHDR_DONE) | MHDR_INQUEUE;
    if (output->completion == COMPLETE_SYNC) {
        DWORD result;
        InterlockedIncrement(&output->sending);
        result = meet_stall(output, "long", (BYTE *)header->lpData, header->dwBufferLength);
        if (result) header->dwFlags &= ~MHDR_INQUEUE;
        else finish_buffer(output, header);
        InterlockedDecrement(&output->sending);
        return result;
    }
    EnterCriticalSection(&output->device.lock);
    header->lpNext = NULL;
    if (output->last) output->last->lpNext = header;
    else output->first = header;
    output->last = header;
    ResetEvent(output->idle);
    LeaveCriticalSection(&output->device.lock);
    if (output->completion != COMPLETE_ASYNC) {
        hear(output, "long", (BYTE *)header->lpData, header->dwBufferLength);
        return MMSYSERR_NOERROR;
    }
    if (!output->thread) {
        output->working = 1;
        output->thread = CreateThread(NULL, 0, work, output, 0, NULL);
    }
    SetEvent(output->work_ready);
    return MMSYSERR_NOERROR;
}

static DWORD send_data(struct output *output, DWORD packed)
{
    BYTE bytes[3] = { (BYTE)packed, (BYTE)(packed >> 8), (BYTE)(packed >> 16) };
    int length = length_of(bytes[0]);
    return meet_stall(output, "short", bytes, length ? length : 1);
}

/* Gives back what is queued, and waits until what is being sent is given back as well. */
static DWORD reset(struct output *output)
{
    MIDIHDR *header;
    if (output->completion == COMPLETE_NEVER) return MMSYSERR_NOERROR;
    output->breaking = 1;
    while ((header = pop_buffer(output))) {
        header->lpNext = NULL;
        header->dwFlags = (header->dwFlags & ~MHDR_INQUEUE) | MHDR_DONE;
        call_client(&output->device, MOM_DONE, (DWORD_PTR)header, 0);
    }
    if (output->thread) {
        SetEvent(output->work_ready);
        WaitForSingleObject(output->idle, INFINITE);
    }
    while (output->sending) Sleep(1);
    output->breaking = 0;
    return MMSYSERR_NOERROR;
}

static int is_busy(struct output *output)
{
    if (output->first || output->sending) return 1;
    return output->thread && WaitForSingleObject(output->idle, 0) != WAIT_OBJECT_0;
}

/* What no driver should do, and some do: returns a buffer again when the device is closed. */
static DWORD WINAPI call_late(void *context)
{
    struct output *output = context;
    DWORD i;
    Sleep((DWORD)(output->late_delay_us / 1000));
    for (i = 0; i < output->late_count; i++) {
        output->late_header->dwFlags |= MHDR_DONE;
        call_client(&output->device, MOM_DONE, (DWORD_PTR)output->late_header, 0);
    }
    log_line("\"event\":\"late\",\"output\":%d,\"count\":%lu", index_of(output), output->late_count);
    return 0;
}

static DWORD close(struct output *output)
{
    if (is_busy(output)) return MIDIERR_STILLPLAYING;
    if (output->thread) {
        output->working = 0;
        SetEvent(output->work_ready);
        WaitForSingleObject(output->thread, INFINITE);
        CloseHandle(output->thread);
        output->thread = NULL;
    }
    call_client(&output->device, MOM_CLOSE, 0, 0);
    output->device.is_open = 0;
    if (output->late_count && output->late_header) CloseHandle(CreateThread(NULL, 0, call_late, output, 0, NULL));
    return MMSYSERR_NOERROR;
}

static DWORD obey(struct output *output, enum call call, DWORD_PTR p1)
{
    MIDIHDR *header = (MIDIHDR *)p1;
    switch (call) {
    case CALL_PREPARE: case CALL_UNPREPARE: return mark_header(call, header);
    case CALL_DATA: return send_data(output, (DWORD)p1);
    case CALL_LONGDATA: return send_long_data(output, header);
    case CALL_RESET: return reset(output);
    case CALL_CLOSE: return close(output);
    default: return MMSYSERR_NOTSUPPORTED;
    }
}

DWORD output_message(struct output *output, UINT message, DWORD_PTR p1, DWORD_PTR p2)
{
    enum call call;
    DWORD result;
    if (message < MODM_CLOSE || message > MODM_RESET) return MMSYSERR_NOTSUPPORTED;
    call = output_calls[message - MODM_CLOSE];
    if (is_gone(&output->device)) result = MMSYSERR_NODRIVER;
    else if ((call == CALL_PREPARE || call == CALL_UNPREPARE || call == CALL_LONGDATA) &&
             p2 < FIELD_OFFSET(MIDIHDR, dwOffset)) result = MMSYSERR_INVALPARAM;
    else result = meet_faults(&output->device, call);
    if (!result) result = obey(output, call, p1);
    log_line("\"event\":\"call\",\"call\":\"MODM_%s\",\"output\":%d,\"result\":%lu,\"header\":%llu", message_names[call],
             index_of(output), result, call == CALL_DATA ? 0ull : (ULONGLONG)p1);
    if (call == CALL_RESET || call == CALL_CLOSE) flush_log();
    return result;
}
