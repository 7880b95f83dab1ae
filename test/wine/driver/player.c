/* Plays an input's script on the thread that MIDM_START began, then serves what loops back into it. */
#include "bed.h"
#include <stdlib.h>
#include <string.h>

static int index_of(const struct input *input)
{
    return (int)(input - inputs);
}

/* Note i of a flood: pairs of note-on and note-off, every pair different from its 131,071 neighbours. */
DWORD note_at(DWORD index)
{
    DWORD pair = index >> 1, status = (index & 1 ? 0x80 : 0x90) | (pair >> 13 & 15);
    return status | (pair & 127) << 8 | (1 + (pair >> 7 & 63)) << 16;
}

void send_short(struct input *input, UINT message, DWORD packed, int logged)
{
    DWORD time = stamp(input);
    if (logged)
        log_line("\"event\":\"%s\",\"input\":%d,\"packed\":%lu,\"timeMs\":%lu,\"sinceStartUs\":%lld",
                 message == MIM_DATA ? "data" : message == MIM_ERROR ? "error" : "more", index_of(input), packed,
                 time, qpc_to_us(now_qpc() - input->start_qpc));
    call_client(&input->device, message, packed, time);
}

static void flood(struct input *input, const struct step *step)
{
    LONGLONG begin = now_qpc(), ticks;
    DWORD i, time = 0;
    for (i = 0; i < step->count && input->playing; i++) {
        /* Reading the clock costs more than many a callback, so a few messages share a time. */
        if (i % 32 == 0) time = stamp(input);
        call_client(&input->device, MIM_DATA, note_at(input->note_index++), time);
    }
    ticks = now_qpc() - begin;
    input->flood_ticks += ticks;
    input->flood_messages += i;
    log_line("\"event\":\"flood\",\"input\":%d,\"count\":%lu,\"ticks\":%lld,\"timeMs\":%lu", index_of(input), i, ticks,
             stamp(input));
}

static int play_notes(struct input *input, const struct step *step)
{
    LONGLONG begin = now_qpc();
    DWORD i;
    for (i = 0; i < step->count; i++) {
        if (!wait_until(input, begin + us_to_qpc(step->us * i))) return 0;
        send_short(input, MIM_DATA, note_at(input->note_index++), 1);
    }
    return 1;
}

static int wait_for_file(struct input *input, const char *path)
{
    while (input->playing) {
        if (GetFileAttributesA(path) != INVALID_FILE_ATTRIBUTES) return 1;
        Sleep(1);
    }
    return 0;
}

/* Waits for the next message of an output that is equal to the step's bytes; any message if it has none. */
static int wait_for_output(struct input *input, const struct step *step)
{
    struct output *output = &outputs[step->output];
    while (input->playing) {
        while (input->heard[step->output] != output->heard) {
            DWORD at = input->heard[step->output]++ % HISTORY;
            if (!step->length) return 1;
            if (output->history[at].length == step->length &&
                !memcmp(output->history[at].bytes, step->bytes, step->length)) return 1;
        }
        Sleep(1);
    }
    return 0;
}

static void set_clock(struct input *input, const struct step *step)
{
    DWORD now = stamp(input);
    input->clock_mode = step->clock;
    if (step->clock == CLOCK_STILL) input->clock_value = now;
    else if (step->clock == CLOCK_SHIFT) input->clock_value += (DWORD)(step->us / 1000);
    else input->clock_value = 0;
}

/* The device is unplugged: what the client had open is forgotten, its buffers are never touched again. */
static void vanish(struct input *input, const struct step *step)
{
    LONGLONG until = step->us == FOREVER ? FOREVER : now_qpc() + us_to_qpc(step->us);
    log_line("\"event\":\"vanish\",\"input\":%d", index_of(input));
    if (step->name) rename_device(&input->device, step->name);
    EnterCriticalSection(&input->device.lock);
    if (input->device.strands && input->device.is_open)
        keep_removed(&input->device, 1, index_of(input), input->filling, input->first);
    input->device.gone_until = until;
    input->device.is_open = 0;
    input->first = input->last = input->filling = NULL;
    input->ever_added = 0;
    input->started = 0;
    input->playing = 0;
    LeaveCriticalSection(&input->device.lock);
}

static void touch(const char *path)
{
    HANDLE file = CreateFileA(path, GENERIC_WRITE, FILE_SHARE_READ, NULL, CREATE_ALWAYS, 0, NULL);
    CloseHandle(file);
}

static DWORD pack(const struct step *step)
{
    DWORD packed = 0;
    memcpy(&packed, step->bytes, step->length < 4 ? step->length : 4);
    return packed;
}

static void go_round(struct input *input, const struct step *step)
{
    if (step->kind == STEP_REPEAT) {
        input->rounds[input->depth++] = 0;
        return;
    }
    if (++input->rounds[input->depth - 1] == input->steps[step->partner].count) input->depth--;
    else input->position = step->partner + 1;
}

/* False if the input was stopped before the step was done; it is then done again by a player that continues. */
static int play_step(struct input *input, const struct step *step)
{
    switch (step->kind) {
    case STEP_WAIT: return wait_until(input, now_qpc() + us_to_qpc(step->us));
    case STEP_AT: return wait_until(input, input->start_qpc + us_to_qpc(step->us));
    case STEP_WAIT_FILE: return wait_for_file(input, step->path);
    case STEP_WAIT_OUTPUT: return wait_for_output(input, step);
    case STEP_NOTES: return play_notes(input, step);
    case STEP_TOUCH: touch(step->path); break;
    case STEP_SHORT: send_short(input, MIM_DATA, pack(step), 1); break;
    case STEP_MORE: send_short(input, MIM_MOREDATA, pack(step), 1); break;
    case STEP_ERROR: send_short(input, MIM_ERROR, pack(step), 1); break;
    case STEP_FLOOD: flood(input, step); break;
    case STEP_LONG: send_long(input, step->bytes, step->length, MIM_LONGDATA); break;
    case STEP_LONG_ERROR: send_long(input, step->bytes, step->length, MIM_LONGERROR); break;
    case STEP_SYSEX: send_sysex(input, step, step->size, step->seed); break;
    case STEP_RANDOM: send_random(input, step); break;
    case STEP_CLOCK: set_clock(input, step); break;
    case STEP_STREAM: feed_stream(input, step->bytes, step->length); break;
    case STEP_VANISH: vanish(input, step); break;
    case STEP_RENAME: rename_device(step->device, step->name); break;
    case STEP_REPEAT: case STEP_END: go_round(input, step); break;
    }
    return 1;
}

static void serve_loopback(struct input *input)
{
    while (input->playing) {
        struct loop_job *job;
        EnterCriticalSection(&input->device.lock);
        job = input->loop_first;
        if (job && !(input->loop_first = job->next)) input->loop_last = NULL;
        LeaveCriticalSection(&input->device.lock);
        if (!job) {
            WaitForSingleObject(input->loop_ready, INFINITE);
            continue;
        }
        feed_stream(input, job->bytes, job->length);
        free(job);
    }
}

DWORD WINAPI play(void *context)
{
    struct input *input = context;
    log_line("\"event\":\"start\",\"input\":%d,\"startQpc\":%lld", index_of(input), input->start_qpc);
    while (input->playing && input->position < input->step_count) {
        const struct step *step = &input->steps[input->position++];
        if (!play_step(input, step)) {
            input->position--;
            return 0;
        }
    }
    if (input->position == input->step_count && !input->finished) {
        input->finished = 1;
        log_line("\"event\":\"end\",\"input\":%d,\"notes\":%lu,\"starved\":%lu,\"dropped\":%lu,\"timeMs\":%lu",
                 index_of(input), input->note_index, input->starved, input->dropped, stamp(input));
        flush_log();
    }
    serve_loopback(input);
    return 0;
}
