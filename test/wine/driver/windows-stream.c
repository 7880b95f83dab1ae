/* A byte stream into a port of Windows MIDI Services, with the bytes that get lost there where no buffer is free. */
#include "bed.h"

static int index_of(const struct input *input)
{
    return (int)(input - inputs);
}

static void log_lost(struct input *input, BYTE byte)
{
    if (!input->playing) return;
    input->dropped++;
    log_line("\"event\":\"lost\",\"input\":%d,\"bytes\":\"%02x\",\"timeMs\":%lu", index_of(input), byte, stamp(input));
}

static void add(struct input *input, BYTE byte)
{
    DWORD packed;
    int i;
    if (byte & 0x80) input->pending_length = 0;
    else if (!input->pending_length) return; /* there is no running status here, and no complaint */
    input->pending[input->pending_length++] = byte;
    if (input->pending_length < length_of(input->pending[0])) return;
    for (packed = 0, i = 0; i < input->pending_length; i++) packed |= input->pending[i] << 8 * i;
    input->pending_length = 0;
    send_short(input, MIM_DATA, packed, 1);
}

/* The next byte of a sysex. Without a buffer it is lost, even if it is the status of the next message, and there is no end. */
static void continue_sysex(struct input *input, BYTE byte)
{
    MIDIHDR *header = take_buffer(input, byte != 0xf0);
    input->in_sysex = 0;
    if (!header) log_lost(input, byte);
    else if (byte & 0x80 && byte != 0xf0 && byte != 0xf7) {
        return_buffer(input, header, header->dwBytesRecorded ? MIM_LONGERROR : MIM_LONGDATA);
        add(input, byte);
    } else {
        ((BYTE *)header->lpData)[header->dwBytesRecorded++] = byte;
        input->in_sysex = byte != 0xf7;
        if (byte == 0xf7 || header->dwBytesRecorded == header->dwBufferLength)
            return_buffer(input, header, MIM_LONGDATA);
    }
}

void feed_windows_stream(struct input *input, const BYTE *bytes, DWORD length)
{
    DWORD i;
    for (i = 0; i < length && input->playing; i++) {
        BYTE byte = bytes[i];
        if (byte >= 0xf8) send_short(input, MIM_DATA, byte, 1);
        else if (input->in_sysex || byte == 0xf0) continue_sysex(input, byte);
        else if (byte != 0xf7) add(input, byte);
    }
}
