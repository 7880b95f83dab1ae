/* What inputs and outputs share: the client's callback, faults by script, names and paths, devices that vanish. */
#include "bed.h"
#include <string.h>

struct input inputs[MAX_DEVICES];
struct output outputs[MAX_DEVICES];
int input_count, output_count;

const char *const call_names[CALL_COUNT] = {
    "open", "close", "prepare", "unprepare", "add", "start", "stop", "reset", "data", "longdata", "caps"
};

const char *const message_names[CALL_COUNT] = {
    "OPEN", "CLOSE", "PREPARE", "UNPREPARE", "ADDBUFFER", "START", "STOP", "RESET", "DATA", "LONGDATA", "GETDEVCAPS"
};

const enum call input_calls[] = {
    CALL_CLOSE, CALL_PREPARE, CALL_UNPREPARE, CALL_ADD, CALL_START, CALL_STOP, CALL_RESET
};

const enum call output_calls[] = { CALL_CLOSE, CALL_PREPARE, CALL_UNPREPARE, CALL_DATA, CALL_LONGDATA, CALL_RESET };

void call_client(struct device *device, UINT message, DWORD_PTR p1, DWORD_PTR p2)
{
    DriverCallback(device->desc.dwCallback, HIWORD(device->open_flags), (HDRVR)device->desc.hMidi, message,
                   device->desc.dwInstance, p1, p2);
}

int is_gone(struct device *device)
{
    if (device->gone_until && now_qpc() >= device->gone_until) device->gone_until = 0;
    return device->gone_until != 0;
}

/* Hangs if the script says so, and returns the result that the script wants, or 0. */
DWORD meet_faults(struct device *device, enum call call)
{
    int i;
    for (i = 0; i < device->fault_count; i++) {
        struct fault *fault = &device->faults[i];
        LONG seen;
        if (fault->call != call) continue;
        seen = InterlockedIncrement(&fault->seen);
        if (seen <= fault->after || (fault->times && seen > fault->after + fault->times)) continue;
        if (fault->hangs) Sleep(fault->hang_us == FOREVER ? INFINITE : (DWORD)(fault->hang_us / 1000));
        else return fault->result;
    }
    return MMSYSERR_NOERROR;
}

/* Prepares a header, or undoes that. */
DWORD mark_header(enum call call, MIDIHDR *header)
{
    if (call == CALL_PREPARE) {
        if (!header->lpData) return MMSYSERR_INVALPARAM;
        header->dwFlags = (header->dwFlags & ~(MHDR_DONE | MHDR_INQUEUE)) | MHDR_PREPARED;
        return MMSYSERR_NOERROR;
    }
    if (header->dwFlags & MHDR_INQUEUE) return MIDIERR_STILLPLAYING;
    header->dwFlags &= ~MHDR_PREPARED;
    return MMSYSERR_NOERROR;
}

static struct device *device_at(int is_input, int index)
{
    return is_input ? &inputs[index].device : &outputs[index].device;
}

/* Ids count the devices that are there: they shift when one vanishes, as on Windows. */
struct device *nth_present(int is_input, UINT id)
{
    int i, count = is_input ? input_count : output_count;
    for (i = 0; i < count; i++) {
        struct device *device = device_at(is_input, i);
        if (!is_gone(device) && id-- == 0) return device;
    }
    return NULL;
}

UINT count_present(int is_input)
{
    UINT present = 0;
    int i, count = is_input ? input_count : output_count;
    for (i = 0; i < count; i++) present += !is_gone(device_at(is_input, i));
    return present;
}

void rename_device(struct device *device, const WCHAR *name)
{
    EnterCriticalSection(&device->lock);
    memcpy(device->name, name, sizeof device->name);
    LeaveCriticalSection(&device->lock);
}

/* Answers DRV_QUERYDEVICEINTERFACESIZE (p1: where the size in bytes goes, its zero included) and
 * DRV_QUERYDEVICEINTERFACE (p1: where the path goes, p2: bytes of room), as Windows MIDI Services does. */
DWORD tell_path(struct device *device, UINT message, DWORD_PTR p1, DWORD_PTR p2)
{
    DWORD size;
    if (!device->path) return MMSYSERR_NOTSUPPORTED;
    if (!p1) return MMSYSERR_INVALPARAM;
    size = (DWORD)(wcslen(device->path) + 1) * sizeof(WCHAR);
    if (message == DRV_QUERYDEVICEINTERFACESIZE) *(ULONG *)p1 = size;
    else if (p2 < size) return MMSYSERR_MOREDATA;
    else memcpy((void *)p1, device->path, size);
    return MMSYSERR_NOERROR;
}
