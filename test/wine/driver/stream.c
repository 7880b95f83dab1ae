/* Sysex into the client's buffers: made from a seed, given in the script, or parsed from a looped-back byte stream. */
#include "bed.h"
#include <string.h>

static int index_of(const struct input *input)
{
    return (int)(input - inputs);
}

/* Numerical Recipes' generator: the same 32-bit arithmetic is easy in any language. */
static DWORD next_random(DWORD *state)
{
    return *state = *state * 1664525u + 1013904223u;
}

/* Bytes `from` to `until` of the message; `state` goes on from call to call. */
static void make_sysex(BYTE *to, const struct step *step, DWORD size, DWORD from, DWORD until, DWORD *state)
{
    DWORD i;
    for (i = from; i < until; i++) {
        DWORD data = next_random(state) >> 25;
        if (i == 0) data = 0xf0;
        else if (i == size - 1 && !step->no_end) data = 0xf7;
        else if (i <= step->length) data = step->bytes[i - 1];
        *to++ = (BYTE)data;
    }
}

static void drop(struct input *input, DWORD sent, DWORD size)
{
    if (!input->playing) return;
    input->dropped++;
    log_line("\"event\":\"drop\",\"input\":%d,\"sent\":%lu,\"size\":%lu", index_of(input), sent, size);
}

/* Holds the player back as the line does, which takes its time for every byte. */
static void keep_pace(struct input *input, DWORD length)
{
    LONGLONG now = now_qpc();
    if (!input->pace) return;
    if (input->line_free < now) input->line_free = now;
    input->line_free += us_to_qpc((LONGLONG)length * 1000000 / input->pace);
    wait_until(input, input->line_free);
}

/* How many of the last bytes have not come, if the input was stopped meanwhile. */
static DWORD still_on_the_line(struct input *input, DWORD length)
{
    LONGLONG left = qpc_to_us(input->line_free - now_qpc()) * input->pace / 1000000;
    return left < 0 ? 0 : left < length ? (DWORD)left : length;
}

void send_sysex(struct input *input, const struct step *step, DWORD size, DWORD seed)
{
    DWORD state = seed, sent = 0, piece = 0;
    while (sent < size) {
        MIDIHDR *header = take_buffer(input, sent > 0);
        DWORD length = size - sent;
        int breaks = ++piece == step->error_piece, last;
        if (!header || !input->playing) {
            drop(input, sent, size);
            return;
        }
        if (step->piece && length > step->piece) length = step->piece;
        if (length > header->dwBufferLength) length = header->dwBufferLength;
        make_sysex((BYTE *)header->lpData, step, size, sent, sent + length, &state);
        sent += length;
        keep_pace(input, length);
        if (!input->playing && input->stops_as_windows) {
            /* What the line has not brought yet is not there; MIDM_STOP gives the buffer back. */
            header->dwBytesRecorded = length - still_on_the_line(input, length);
            return;
        }
        last = sent == size || breaks;
        header->dwBytesRecorded = length + (last ? step->over : 0);
        return_buffer(input, header, breaks ? MIM_LONGERROR : MIM_LONGDATA);
        if (last && step->twice) call_client(&input->device, MIM_LONGDATA, (DWORD_PTR)header, stamp(input));
        if (breaks) break;
        if (!last && step->realtime >= 0) send_short(input, MIM_DATA, step->realtime, 1);
    }
    log_line("\"event\":\"sysex\",\"input\":%d,\"size\":%lu,\"seed\":%lu,\"sent\":%lu,\"pieces\":%lu,\"timeMs\":%lu",
             index_of(input), size, seed, sent, piece, stamp(input));
}

/* Sysex of random sizes back to back, each followed by some notes. */
void send_random(struct input *input, const struct step *step)
{
    DWORD state = step->seed, i, note;
    for (i = 0; i < step->count && input->playing; i++) {
        DWORD size = step->min + (next_random(&state) >> 4) % (step->max - step->min + 1);
        send_sysex(input, step, size, next_random(&state));
        for (note = 0; note < step->notes && input->playing; note++)
            send_short(input, MIM_DATA, note_at(input->note_index++), 0);
    }
}

/* Explicit bytes, split only where a buffer ends. Without bytes, an empty buffer comes back. */
void send_long(struct input *input, const BYTE *bytes, DWORD length, UINT message)
{
    DWORD sent = 0;
    do {
        MIDIHDR *header = take_buffer(input, sent > 0);
        DWORD part = length - sent;
        if (!header || !input->playing) {
            drop(input, sent, length);
            return;
        }
        if (part > header->dwBufferLength) part = header->dwBufferLength;
        memcpy(header->lpData, bytes + sent, part);
        header->dwBytesRecorded = part;
        sent += part;
        return_buffer(input, header, sent == length ? message : MIM_LONGDATA);
    } while (sent < length);
    log_line("\"event\":\"%s\",\"input\":%d,\"size\":%lu,\"timeMs\":%lu",
             message == MIM_LONGERROR ? "long-error" : "long", index_of(input), length, stamp(input));
}

int length_of(BYTE status)
{
    if (status < 0xf0) return status >= 0xc0 && status < 0xe0 ? 2 : 3;
    return status == 0xf1 || status == 0xf3 ? 2 : status == 0xf2 ? 3 : status >= 0xf6 ? 1 : 0;
}

static void add_sysex_byte(struct input *input, BYTE byte)
{
    MIDIHDR *header;
    if (input->discarding) {
        if (byte == 0xf7) input->in_sysex = 0;
        return;
    }
    header = take_buffer(input, byte != 0xf0);
    if (!header) {
        drop(input, 0, 0);
        input->discarding = 1;
        return;
    }
    ((BYTE *)header->lpData)[header->dwBytesRecorded++] = byte;
    if (byte == 0xf7) input->in_sysex = 0;
    if (byte == 0xf7 || header->dwBytesRecorded == header->dwBufferLength) return_buffer(input, header, MIM_LONGDATA);
}

static void add_short_byte(struct input *input, BYTE byte)
{
    int length;
    DWORD packed;
    if (byte & 0x80) {
        input->pending_length = 0;
        input->running = byte < 0xf0 ? byte : 0;
    } else if (!input->pending_length) {
        if (!input->running) {
            send_short(input, MIM_ERROR, byte, 1);
            return;
        }
        input->pending[input->pending_length++] = input->running;
    }
    input->pending[input->pending_length++] = byte;
    length = length_of(input->pending[0]);
    if (input->pending_length < length) return;
    packed = input->pending[0];
    if (length > 1) packed |= input->pending[1] << 8;
    if (length > 2) packed |= input->pending[2] << 16;
    send_short(input, length ? MIM_DATA : MIM_ERROR, packed, 1);
    input->pending_length = 0;
}

/* A byte stream, parsed as the driver of a MIDI port does it. */
void feed_stream(struct input *input, const BYTE *bytes, DWORD length)
{
    DWORD i;
    if (input->starves_as_windows) {
        feed_windows_stream(input, bytes, length);
        return;
    }
    for (i = 0; i < length && input->playing; i++) {
        BYTE byte = bytes[i];
        if (byte >= 0xf8) send_short(input, MIM_DATA, byte, 1);
        else if (byte == 0xf0) {
            if (input->filling) return_buffer(input, input->filling, MIM_LONGERROR);
            input->running = 0;
            input->pending_length = 0;
            input->in_sysex = 1;
            input->discarding = 0;
            add_sysex_byte(input, byte);
        } else if (input->in_sysex && (byte < 0x80 || byte == 0xf7)) add_sysex_byte(input, byte);
        else {
            if (input->in_sysex && input->filling) return_buffer(input, input->filling, MIM_LONGERROR);
            input->in_sysex = 0;
            add_short_byte(input, byte);
        }
    }
}
