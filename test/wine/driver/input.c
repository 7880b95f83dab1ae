/* An input device: the MIDM_ messages, the client's buffers, and the thread that plays while it is started. */
#include "bed.h"
#include <stdlib.h>

static int index_of(const struct input *input)
{
    return (int)(input - inputs);
}

/* Milliseconds since MIDM_START, bent as the script wants. */
DWORD stamp(struct input *input)
{
    DWORD now = (DWORD)(qpc_to_us(now_qpc() - input->start_qpc) / 1000);
    switch (input->clock_mode) {
    case CLOCK_ZERO: return 0;
    case CLOCK_STILL: return input->clock_value;
    default: return now + input->clock_value;
    }
}

/* Waits for a moment on QPC: asleep while it is far, spinning at the end. False if the input was stopped meanwhile. */
int wait_until(struct input *input, LONGLONG target)
{
    while (input->playing) {
        LONGLONG left = qpc_to_us(target - now_qpc());
        if (left <= 0) return 1;
        if (left > 20000) WaitForSingleObject(input->stopping, (DWORD)(left / 1000 - 10));
        else if (left > 2000) Sleep(1);
        else YieldProcessor();
    }
    return 0;
}

static MIDIHDR *pop_buffer(struct input *input)
{
    MIDIHDR *header;
    EnterCriticalSection(&input->device.lock);
    header = input->first;
    if (header) {
        input->first = header->lpNext;
        if (!input->first) input->last = NULL;
        header->dwBytesRecorded = 0;
        input->filling = header;
    }
    LeaveCriticalSection(&input->device.lock);
    return header;
}

/* The buffer that bytes go into next. NULL if none came in time, or the input was stopped. */
MIDIHDR *take_buffer(struct input *input, int in_middle)
{
    LONGLONG patience = in_middle ? input->starve_middle_us : input->starve_first_us;
    LONGLONG deadline;
    MIDIHDR *header = input->filling ? input->filling : pop_buffer(input);
    if (header) input->gave_up = 0;
    if (header || (input->gave_up && !in_middle)) return header;
    deadline = patience == FOREVER ? FOREVER : now_qpc() + us_to_qpc(patience);
    input->starved++;
    log_line("\"event\":\"starved\",\"input\":%d,\"inMiddle\":%d", index_of(input), in_middle);
    input->wants_buffer = 1;
    while (!header && input->playing && input->ever_added && now_qpc() < deadline) {
        WaitForSingleObject(input->buffer_added, 1);
        header = pop_buffer(input);
    }
    input->wants_buffer = 0;
    if (header) return header;
    input->gave_up = input->starves_as_windows && input->playing;
    return NULL;
}

void return_buffer(struct input *input, MIDIHDR *header, UINT message)
{
    EnterCriticalSection(&input->device.lock);
    if (input->filling == header) input->filling = NULL;
    header->lpNext = NULL;
    header->dwFlags = (header->dwFlags & ~MHDR_INQUEUE) | MHDR_DONE;
    LeaveCriticalSection(&input->device.lock);
    call_client(&input->device, message, (DWORD_PTR)header, stamp(input));
}

/* What an output sends arrives here, as one piece of a byte stream. Only a started input hears it. */
void loop_into(int index, const BYTE *bytes, DWORD length)
{
    struct input *input = &inputs[index];
    struct loop_job *job;
    if (index >= input_count || is_gone(&input->device)) return;
    job = malloc(sizeof *job + length);
    job->next = NULL;
    job->length = length;
    CopyMemory(job->bytes, bytes, length);
    EnterCriticalSection(&input->device.lock);
    if (!input->started) {
        free(job);
        input->dropped++;
    } else {
        if (input->loop_last) input->loop_last->next = job;
        else input->loop_first = job;
        input->loop_last = job;
    }
    LeaveCriticalSection(&input->device.lock);
    SetEvent(input->loop_ready);
}

static DWORD start(struct input *input)
{
    if (input->started) return MMSYSERR_NOERROR;
    if (input->thread) {
        WaitForSingleObject(input->thread, INFINITE);
        CloseHandle(input->thread);
    }
    if (!input->replay_continues) {
        int i;
        input->position = input->depth = 0;
        input->note_index = 0;
        input->finished = 0;
        for (i = 0; i < output_count; i++) input->heard[i] = outputs[i].heard;
    }
    input->clock_mode = CLOCK_NORMAL;
    input->clock_value = 0;
    input->running = 0;
    input->pending_length = input->in_sysex = 0;
    input->gave_up = 0;
    ResetEvent(input->stopping);
    input->started = 1;
    input->playing = 1;
    input->start_qpc = now_qpc();
    input->thread = CreateThread(NULL, 0, play, input, CREATE_SUSPENDED, NULL);
    SetThreadPriority(input->thread, THREAD_PRIORITY_TIME_CRITICAL);
    ResumeThread(input->thread);
    return MMSYSERR_NOERROR;
}

static void cut_sysex(struct input *input)
{
    UINT message = input->stops_as_windows && input->filling->dwBytesRecorded ? MIM_LONGERROR : MIM_LONGDATA;
    log_line("\"event\":\"cut\",\"input\":%d,\"size\":%lu,\"timeMs\":%lu", index_of(input),
             input->filling->dwBytesRecorded, stamp(input));
    return_buffer(input, input->filling, message);
}

/* Ends the playing thread, waiting for a callback that runs, and gives the half-filled buffer back. */
static DWORD stop(struct input *input)
{
    struct loop_job *job;
    if (!input->started) return MMSYSERR_NOERROR;
    input->playing = 0;
    SetEvent(input->stopping);
    SetEvent(input->loop_ready);
    SetEvent(input->buffer_added);
    WaitForSingleObject(input->thread, INFINITE);
    EnterCriticalSection(&input->device.lock);
    input->started = 0;
    while ((job = input->loop_first)) {
        input->loop_first = job->next;
        input->dropped++;
        free(job);
    }
    input->loop_last = NULL;
    LeaveCriticalSection(&input->device.lock);
    /* Whatever comes back from now on is stamped with the time since the system has started. */
    if (input->stops_as_windows) input->start_qpc = 0;
    if (input->filling) cut_sysex(input);
    return MMSYSERR_NOERROR;
}

static DWORD reset(struct input *input)
{
    MIDIHDR *header;
    stop(input);
    if (input->reset_holds_lock) EnterCriticalSection(&input->device.lock);
    while ((header = pop_buffer(input))) {
        return_buffer(input, header, MIM_LONGDATA);
    }
    if (input->reset_holds_lock) LeaveCriticalSection(&input->device.lock);
    return MMSYSERR_NOERROR;
}

static DWORD WINAPI call_late(void *context)
{
    struct input *input = context;
    DWORD i;
    Sleep((DWORD)(input->late_delay_us / 1000));
    for (i = 0; i < input->late_count; i++) call_client(&input->device, MIM_DATA, input->late_message, 0);
    log_line("\"event\":\"late\",\"input\":%d,\"count\":%lu", index_of(input), input->late_count);
    return 0;
}

static DWORD close(struct input *input)
{
    if (input->first || input->filling) return MIDIERR_STILLPLAYING;
    stop(input);
    call_client(&input->device, MIM_CLOSE, 0, 0);
    input->device.is_open = 0;
    input->ever_added = 0;
    if (input->late_count) CloseHandle(CreateThread(NULL, 0, call_late, input, 0, NULL));
    return MMSYSERR_NOERROR;
}

static DWORD add_buffer(struct input *input, MIDIHDR *header)
{
    if (!(header->dwFlags & MHDR_PREPARED)) return MIDIERR_UNPREPARED;
    if (header->dwFlags & MHDR_INQUEUE) return MIDIERR_STILLPLAYING;
    EnterCriticalSection(&input->device.lock);
    header->dwFlags = (header->dwFlags & ~MHDR_DONE) | MHDR_INQUEUE;
    header->dwBytesRecorded = 0;
    header->lpNext = NULL;
    if (input->last) input->last->lpNext = header;
    else input->first = header;
    input->last = header;
    input->ever_added = 1;
    LeaveCriticalSection(&input->device.lock);
    /* Each costs a trip to Wine's server: most of what it takes to give buffers, where nobody waits for one. */
    if (input->wants_buffer) SetEvent(input->buffer_added);
    return MMSYSERR_NOERROR;
}

static DWORD obey(struct input *input, enum call call, MIDIHDR *header)
{
    switch (call) {
    case CALL_PREPARE: case CALL_UNPREPARE: return mark_header(call, header);
    case CALL_ADD: return add_buffer(input, header);
    case CALL_START: return start(input);
    case CALL_STOP: return stop(input);
    case CALL_RESET: return reset(input);
    case CALL_CLOSE: return close(input);
    default: return MMSYSERR_NOTSUPPORTED;
    }
}

DWORD input_message(struct input *input, UINT message, DWORD_PTR p1, DWORD_PTR p2)
{
    enum call call;
    DWORD result;
    if (message < MIDM_CLOSE || message > MIDM_RESET) return MMSYSERR_NOTSUPPORTED;
    call = input_calls[message - MIDM_CLOSE];
    if (is_gone(&input->device)) result = MMSYSERR_NODRIVER;
    else if ((call == CALL_PREPARE || call == CALL_UNPREPARE || call == CALL_ADD) &&
             p2 < FIELD_OFFSET(MIDIHDR, dwOffset)) result = MMSYSERR_INVALPARAM;
    else result = meet_faults(&input->device, call);
    /* The time of a start is logged before the player runs, that of the others when they are done. */
    if (!result) result = obey(input, call, (MIDIHDR *)p1);
    log_line("\"event\":\"call\",\"call\":\"MIDM_%s\",\"input\":%d,\"result\":%lu,\"header\":%llu,\"startQpc\":%lld",
             message_names[call], index_of(input), result, (ULONGLONG)p1, input->start_qpc);
    if (call == CALL_STOP || call == CALL_RESET || call == CALL_CLOSE) flush_log();
    return result;
}
